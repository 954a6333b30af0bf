-- Did a run of a batch change, or go, while its results were copied?
-- $batch: UINTEGER; $since: TIMESTAMP
SELECT 1
FROM closed_runs LEFT JOIN runs USING (run_id)
WHERE batch = $batch AND (received_at IS NULL OR received_at > $since)
LIMIT 1
