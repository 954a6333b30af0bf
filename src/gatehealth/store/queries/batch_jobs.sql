-- Which jobs have runs in a batch, and how many results?
-- $batch: UINTEGER
-- Columns: job_id, results.
SELECT closed_runs.job_id, sum(success + fail + skip + xfail + uxsuccess + incomplete)::BIGINT AS results
FROM closed_runs JOIN runs USING (run_id)
WHERE batch = $batch
GROUP BY ALL
ORDER BY ALL
