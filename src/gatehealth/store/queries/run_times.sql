-- How long did the runs of the period take? So many of the passing ones and so many of the others, each sort thinned
-- evenly in the order of their start; newest first.
-- $q: regular expression that the job's name must contain, or null; $passing, $others: BIGINT, how many are wanted of each.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: uuid, started_at, seconds, outcome, result.
WITH timed AS (
    SELECT
        uuid,
        run_id,
        started_at,
        (epoch_us(ended_at) - epoch_us(started_at)) / 1e6 AS seconds,
        outcome,
        result,
        CASE outcome WHEN 0 THEN $passing::BIGINT ELSE $others::BIGINT END AS wanted,
        row_number() OVER (PARTITION BY outcome = 0 ORDER BY started_at, run_id) AS nth,
        count(*) OVER (PARTITION BY outcome = 0) AS alike
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE ended_at IS NOT NULL AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
)
SELECT uuid, started_at, seconds, outcome, result
FROM timed
-- Of `alike` runs the n-th is taken when the share of those wanted reaches another whole number with it.
WHERE nth * wanted // alike > (nth - 1) * wanted // alike
ORDER BY started_at DESC, run_id DESC
