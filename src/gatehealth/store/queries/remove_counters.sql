-- Removes the counters of some jobs in a batch, and those over all jobs, before they are counted anew.
-- $batch: UINTEGER; $jobs: JSON list of BIGINT, job ids
DELETE FROM counters WHERE batch = $batch AND job_id IN (SELECT unnest(from_json($jobs, '["BIGINT"]')));
DELETE FROM test_counters WHERE batch = $batch;
DELETE FROM total_counters WHERE batch = $batch;
