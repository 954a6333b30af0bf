-- Which values of the facts that filters offer were seen in the period, most used first, at most 500 of each?
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: fact, value.
WITH seen AS (
    -- One fact at a time: its column is a dictionary, which is counted many times faster than a row for each fact of a run.
    SELECT 'project' AS fact, project AS value, count(*) AS runs
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY value
    UNION ALL
    SELECT 'pipeline' AS fact, pipeline AS value, count(*) AS runs
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY value
    UNION ALL
    SELECT 'branch' AS fact, branch AS value, count(*) AS runs
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY value
    UNION ALL
    SELECT 'job' AS fact, job AS value, count(*) AS runs
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY value
    UNION ALL
    SELECT 'provider' AS fact, provider AS value, count(*) AS runs
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY value
)
SELECT fact, value
FROM seen
WHERE value <> ''
QUALIFY row_number() OVER (PARTITION BY fact ORDER BY runs DESC, value) <= 500
ORDER BY fact, runs DESC, value
