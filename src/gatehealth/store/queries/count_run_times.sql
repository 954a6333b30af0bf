-- How many runs of the period have a wall time, and how many have none because nobody said when they ended?
-- $q: regular expression that the job's name must contain, or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: passing (with a time), others (with a time), untimed.
SELECT
    count(*) FILTER (ended_at IS NOT NULL AND outcome = 0) AS passing,
    count(*) FILTER (ended_at IS NOT NULL AND outcome <> 0) AS others,
    count(*) FILTER (ended_at IS NULL) AS untimed
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE $q IS NULL OR regexp_matches(job, $q, 'i')
