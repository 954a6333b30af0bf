-- Brings the results of a closed run back into `results`, unless they have not been cleaned away yet.
-- $run_id: BIGINT; $batch, $number: UINTEGER, its place
INSERT INTO results
SELECT $run_id, job_id, test_id, status, attempt, start_ms * 1000, duration_ms * 1000, end_only, tags
FROM closed_results
WHERE batch = $batch AND number = $number AND NOT EXISTS (SELECT 1 FROM results WHERE run_id = $run_id);
DELETE FROM closed_results WHERE batch = $batch AND number = $number;
DELETE FROM closed_runs WHERE batch = $batch AND number = $number;
