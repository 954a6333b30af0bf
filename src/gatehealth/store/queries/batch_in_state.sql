-- Which batch is in this state?
-- $state: VARCHAR
-- Columns: batch, day, results. No row when there is none.
SELECT batch, day, results FROM closings WHERE state = $state ORDER BY batch LIMIT 1
