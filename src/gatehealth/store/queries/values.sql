-- Which values of the facts that filters offer were seen in the period, most used first, at most 500 of each?
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: fact, value.
WITH seen AS (
    UNPIVOT (SELECT project, pipeline, branch, job, provider FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting))
    ON project, pipeline, branch, job, provider INTO NAME fact VALUE value
),
counted AS (SELECT fact, value, count(*) AS runs FROM seen WHERE value <> '' GROUP BY ALL)
SELECT fact, value FROM counted
QUALIFY row_number() OVER (PARTITION BY fact ORDER BY runs DESC, value) <= 500
ORDER BY fact, runs DESC, value
