-- Which jobs ran in the period, how did they end, and how long do their passing runs take?
-- $q: regular expression that a name must contain, or null
-- $order: what comes first: 'failure_rate', 'failures', 'runs', 'seconds' (the median), 'newest' or 'name'
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: job, passed, failed, infra, ignored, mean_seconds, median_seconds, newest_run_at.
SELECT
    job,
    count(*) FILTER (outcome = 0) AS passed,
    count(*) FILTER (outcome = 1) AS failed,
    count(*) FILTER (outcome = 2) AS infra,
    count(*) FILTER (outcome = 3) AS ignored,
    avg(epoch_us(ended_at) - epoch_us(started_at)) FILTER (outcome = 0) / 1e6 AS mean_seconds,
    median(epoch_us(ended_at) - epoch_us(started_at)) FILTER (outcome = 0) / 1e6 AS median_seconds,
    max(started_at) AS newest_run_at
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE job <> '' AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
  AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
GROUP BY job
ORDER BY
    CASE $order
        WHEN 'failure_rate' THEN failed / nullif(passed + failed, 0)
        WHEN 'failures' THEN failed
        WHEN 'runs' THEN passed + failed + infra + ignored
        WHEN 'seconds' THEN median_seconds
        WHEN 'newest' THEN epoch(newest_run_at)
    END DESC NULLS LAST,
    CASE $order WHEN 'name' THEN job END,
    failed DESC,
    passed + infra + ignored DESC,
    job
