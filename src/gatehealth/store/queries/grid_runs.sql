-- Which runs does a window of a job's grid show? Newest first; what is kept of their results stands with each.
-- $only_results: BOOLEAN, whether runs without results are left out; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: those of `runs`; kept ('all' also while they are in no batch).
WITH shown AS (
    SELECT *
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE NOT $only_results OR success + fail + skip + xfail + uxsuccess + incomplete > 0
    ORDER BY started_at DESC, run_id DESC
    LIMIT $limit OFFSET $offset
)
SELECT shown.*, coalesce(places.kept, 'all') AS kept
FROM shown
LEFT JOIN (
    SELECT run_id, kept
    FROM closed_runs JOIN visible_batches USING (batch)
    WHERE run_id BETWEEN first_run_id($since) AND last_run_id($until)
) AS places USING (run_id)
ORDER BY started_at DESC, run_id DESC
