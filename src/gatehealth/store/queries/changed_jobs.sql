-- Of which jobs are the runs of a batch that changed, or went, since copying began? Their results are not to be trusted.
-- $batch: UINTEGER; $since: TIMESTAMP, the newest commit before copying began
-- Columns: job_id.
SELECT DISTINCT closed_runs.job_id
FROM closed_runs LEFT JOIN runs USING (run_id)
WHERE batch = $batch AND (received_at IS NULL OR received_at > $since)
