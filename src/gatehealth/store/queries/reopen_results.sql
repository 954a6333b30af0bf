-- Brings the results of a closed run back into `results`, unless they have not been removed there yet.
-- $run_id: BIGINT; $batch: UINTEGER, $job_id: BIGINT, $number: UINTEGER, its place
INSERT INTO results
SELECT $run_id, job_id, test_id, status, attempt, start * start_unit_us, duration * duration_unit_us, end_only, tags
FROM closed_results JOIN closings USING (batch)
WHERE batch = $batch AND job_id = $job_id AND number = $number AND NOT EXISTS (SELECT 1 FROM results WHERE run_id = $run_id);
DELETE FROM closed_results WHERE batch = $batch AND job_id = $job_id AND number = $number;
DELETE FROM deviations WHERE batch = $batch AND job_id = $job_id AND number = $number;
DELETE FROM closed_runs WHERE batch = $batch AND job_id = $job_id AND number = $number;
