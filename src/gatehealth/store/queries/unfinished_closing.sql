-- Is there anything of a batch that was not finished?
-- Columns: batch. No row when there is not.
SELECT batch FROM closed_runs WHERE batch NOT IN (SELECT batch FROM closings) LIMIT 1
