-- How many runs of each outcome are there in each bucket of time, over all values of one metadata key,
-- runs without it included?
-- $key: a fact or a free metadata key; $q: regular expression that a value must contain, or null; $width_us: BIGINT.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: bucket, counted from 1970 in widths; outcome; runs. Buckets without runs have no row.
WITH counted AS (
    -- Without a pattern the values do not matter, and need not be looked up.
    SELECT started_at, outcome
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE $q IS NULL
      AND ($meta_key IS NULL OR run_id IN (
        SELECT run_id FROM keyed_runs($meta_key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
        WHERE value = $meta_value
      ))
    UNION ALL
    SELECT started_at, outcome
    FROM keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE $q IS NOT NULL AND regexp_matches(value, $q, 'i')
      AND ($meta_key IS NULL OR run_id IN (
        SELECT run_id FROM keyed_runs($meta_key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
        WHERE value = $meta_value
      ))
)
SELECT epoch_us(started_at) // $width_us AS bucket, outcome, count(*) AS runs
FROM counted
GROUP BY ALL
