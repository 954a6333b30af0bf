-- Drops what was copied of runs that changed, or went, since copying began: they stay where they are.
-- $batch: UINTEGER; $since: TIMESTAMP, the newest commit before copying began
DELETE FROM closed_results
WHERE batch = $batch AND (job_id, number) IN (
    SELECT (closed_runs.job_id, number) FROM closed_runs LEFT JOIN runs USING (run_id)
    WHERE batch = $batch AND (received_at IS NULL OR received_at > $since)
);
DELETE FROM closed_runs
WHERE batch = $batch AND run_id NOT IN (SELECT run_id FROM runs WHERE received_at <= $since);
