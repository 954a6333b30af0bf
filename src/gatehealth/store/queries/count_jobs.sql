-- Counts the results of some jobs in a batch. The counters of these jobs must not be there yet.
-- $batch: UINTEGER; $jobs: JSON list of BIGINT, job ids
INSERT INTO counters
SELECT
    $batch,
    job_id,
    test_id,
    pipeline,
    count(*) FILTER (status = 0),
    count(*) FILTER (status = 1),
    count(*) FILTER (status = 2),
    count(*) FILTER (status = 3),
    count(*) FILTER (status = 4),
    count(*) FILTER (status = 5),
    count(*) FILTER (status = 0 AND counted_ms IS NULL),
    coalesce(sum(counted_ms) FILTER (status = 0), 0),
    coalesce(sum(counted_ms * counted_ms) FILTER (status = 0), 0),
    min(counted_ms) FILTER (status = 0),
    max(counted_ms) FILTER (status = 0)
FROM (
    SELECT job_id, test_id, pipeline, status, counted_ms(duration * duration_unit_us) AS counted_ms
    FROM closed_results
    JOIN closings USING (batch)
    JOIN closed_runs USING (batch, job_id, number)
    JOIN (SELECT run_id, pipeline FROM runs) USING (run_id)
    WHERE batch = $batch AND job_id IN (SELECT unnest(from_json($jobs, '["BIGINT"]')))
)
GROUP BY ALL
ORDER BY job_id, test_id, pipeline
