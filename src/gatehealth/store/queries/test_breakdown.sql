-- What do the results of a test come to by the value of one metadata key ('': runs without it)? Highest failure rate first.
-- $key: a fact or a free metadata key; $test_id: BIGINT; $batches: JSON list of UINTEGER, those with results of the
-- period; $limit: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: total, values there are, the same in each row; value; results by status; timed and mean_seconds, of successes.
SELECT
    count(*) OVER () AS total,
    value,
    count(*) FILTER (status = 0) AS success,
    count(*) FILTER (status = 1) AS fail,
    count(*) FILTER (status = 2) AS skip,
    count(*) FILTER (status = 3) AS xfail,
    count(*) FILTER (status = 4) AS uxsuccess,
    count(*) FILTER (status = 5) AS incomplete,
    count(ms) FILTER (status = 0) AS timed,
    mean_seconds(count(ms) FILTER (status = 0), sum(ms) FILTER (status = 0)) AS mean_seconds
FROM (
    SELECT run_id, status, counted_ms(duration_us) AS ms
    FROM filtered_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $batches, $closed_since, $closed_until,
        NULL, $test_id, $job_ids
    )
)
JOIN keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting) USING (run_id)
GROUP BY value
ORDER BY (fail + uxsuccess) / nullif(success + xfail + fail + uxsuccess, 0) DESC NULLS LAST, fail + uxsuccess DESC, count(*) DESC, value
LIMIT $limit
