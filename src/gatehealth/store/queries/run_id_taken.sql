-- Whether a run has this identifier.
-- $run_id: BIGINT
SELECT 1 FROM runs WHERE run_id = $run_id
