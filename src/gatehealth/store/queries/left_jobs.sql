-- Of which jobs are the runs that left the batches of a merge since it began?
-- $batch: UINTEGER, the one they become; $sources: JSON list of UINTEGER
-- Columns: job_id.
SELECT DISTINCT job_id
FROM closed_runs
WHERE batch = $batch
  AND run_id NOT IN (SELECT run_id FROM closed_runs WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]'))))
