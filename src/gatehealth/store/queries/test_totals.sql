-- What do the results of each test come to in the period? Tests without results in it are left out.
-- $test_ids: JSON list of BIGINT, the tests wanted, or null; $whole, $batches: JSON lists of UINTEGER, see counted_results;
-- $order: 'failure_rate', 'failed', 'n', 'mean_seconds' or 'name'; $descending: BOOLEAN; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: total, tests there are, the same in each row; test (null in the only row when $offset is behind the last one); results
-- by status; timed, mean_seconds, deviation_seconds, min_seconds, max_seconds: of successes. Ties: more failures first, then more
-- results, then by name.
WITH counted AS (
    SELECT
        test_id,
        sum(success)::BIGINT AS success,
        sum(fail)::BIGINT AS fail,
        sum(skip)::BIGINT AS skip,
        sum(xfail)::BIGINT AS xfail,
        sum(uxsuccess)::BIGINT AS uxsuccess,
        sum(incomplete)::BIGINT AS incomplete,
        sum(timed)::BIGINT AS timed,
        sum(sum_ms)::BIGINT AS sum_ms,
        sum(squares_ms2) AS squares_ms2,
        min(min_ms) AS min_ms,
        max(max_ms) AS max_ms
    FROM counted_results(
        NULL, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $whole, $batches, $closed_since, $closed_until,
        $test_ids, NULL, $job_ids
    )
    GROUP BY test_id
),
page AS (
    SELECT
        name AS test,
        counted.*,
        mean_seconds(timed, sum_ms) AS mean_seconds,
        fail + uxsuccess AS failed,
        success + xfail + fail + uxsuccess AS n,
        row_number() OVER (
            ORDER BY
                CASE $order WHEN 'failure_rate' THEN failed / nullif(n, 0) WHEN 'failed' THEN failed WHEN 'n' THEN n
                     WHEN 'mean_seconds' THEN mean_seconds END * CASE WHEN $descending THEN -1 ELSE 1 END NULLS LAST,
                CASE WHEN $order = 'name' AND $descending THEN name END DESC,
                CASE WHEN $order <> 'name' THEN failed END DESC,
                CASE WHEN $order <> 'name' THEN n END DESC,
                name
        ) AS place
    FROM counted JOIN tests USING (test_id)
    QUALIFY place > $offset AND place <= $offset::BIGINT + $limit
)
SELECT
    total,
    test,
    success,
    fail,
    skip,
    xfail,
    uxsuccess,
    incomplete,
    timed,
    mean_seconds,
    deviation_seconds(timed, sum_ms, squares_ms2) AS deviation_seconds,
    min_ms / 1000 AS min_seconds,
    max_ms / 1000 AS max_seconds
FROM (SELECT count(*) AS total FROM counted) LEFT JOIN page ON true
ORDER BY place
