-- Which values of one metadata key have runs in the period ('': runs without it), and how many by outcome? Highest failure
-- rate first.
-- $key: a fact or a free metadata key; $q: regular expression that a value must contain, or null; $limit: BIGINT.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: value, passed, failed, infra, ignored, newest_run_at, groups_total (before the limit).
SELECT
    value,
    count(*) FILTER (outcome = 0) AS passed,
    count(*) FILTER (outcome = 1) AS failed,
    count(*) FILTER (outcome = 2) AS infra,
    count(*) FILTER (outcome = 3) AS ignored,
    max(started_at) AS newest_run_at,
    count(*) OVER () AS groups_total
FROM keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE ($q IS NULL OR regexp_matches(value, $q, 'i'))
  AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
GROUP BY value
ORDER BY failed / nullif(passed + failed, 0) DESC NULLS LAST, failed DESC, passed + infra + ignored DESC, value
LIMIT $limit
