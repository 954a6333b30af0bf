-- The free metadata of a run.
-- $run_id: BIGINT
-- Columns: key, value.
SELECT key, value FROM run_metadata WHERE run_id = $run_id ORDER BY key
