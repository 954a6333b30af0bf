-- The number for the next batch.
-- Columns: batch.
SELECT coalesce(max(batch), 0) + 1 AS batch FROM closings
