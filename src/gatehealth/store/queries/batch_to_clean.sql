-- Which batch is closed, but not cleaned?
-- Columns: batch, day.
SELECT batch, day FROM closings WHERE NOT cleaned ORDER BY batch LIMIT 1
