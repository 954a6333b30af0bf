-- Which jobs ran in the period, how did they end, and how long do their passing runs take?
-- $q: regular expression that a name must contain, or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: job, passed, failed, infra, ignored, mean_seconds, newest_run_at.
SELECT
    job,
    count(*) FILTER (outcome = 0) AS passed,
    count(*) FILTER (outcome = 1) AS failed,
    count(*) FILTER (outcome = 2) AS infra,
    count(*) FILTER (outcome = 3) AS ignored,
    avg(epoch_us(ended_at) - epoch_us(started_at)) FILTER (outcome = 0) / 1e6 AS mean_seconds,
    max(started_at) AS newest_run_at
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE job <> '' AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
GROUP BY job
ORDER BY failed / nullif(passed + failed, 0) DESC NULLS LAST, failed DESC, passed + infra + ignored DESC, job
