-- Which batch is in this state?
-- $state: VARCHAR
-- Columns: batch, day, results (null when it was not finished). No row when there is none.
SELECT batch, day, results FROM closings WHERE state = $state ORDER BY batch LIMIT 1
