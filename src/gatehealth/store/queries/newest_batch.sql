-- The highest number that a batch has.
-- Columns: batch (null when there is none).
SELECT max(batch) AS batch FROM closings
