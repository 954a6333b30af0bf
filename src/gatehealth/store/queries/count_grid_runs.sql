-- How many runs has a job's grid?
-- $only_results: BOOLEAN, whether runs without results are left out.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: runs.
SELECT count(*) AS runs
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE NOT $only_results OR success + fail + skip + xfail + uxsuccess + incomplete > 0
