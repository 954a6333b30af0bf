-- What do the results of each test come to in the period, by counts alone, which are read much faster than times? Tests without
-- results in it are left out.
-- $told: JSON list of UINTEGER, $closed_since, $closed_until: TIMESTAMP, see tallied_results; $order: 'failure_rate', 'failed', 'n' or 'name'; the other parameters, and ties, are those of test_totals.
-- Columns: total, the same in each row; test, test_id (null in the only row when $offset is behind the last one); results by status.
WITH counted AS (
    SELECT
        test_id,
        sum(success)::BIGINT AS success,
        sum(fail)::BIGINT AS fail,
        sum(skip)::BIGINT AS skip,
        sum(xfail)::BIGINT AS xfail,
        sum(uxsuccess)::BIGINT AS uxsuccess,
        sum(incomplete)::BIGINT AS incomplete
    FROM tallied_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $whole, $told, $batches, $closed_since, $closed_until,
        $test_ids, $job_ids
    )
    GROUP BY test_id
),
page AS (
    SELECT
        name AS test,
        counted.*,
        fail + uxsuccess AS failed,
        success + xfail + fail + uxsuccess AS n,
        row_number() OVER (
            ORDER BY
                CASE $order WHEN 'failure_rate' THEN failed / nullif(n, 0) WHEN 'failed' THEN failed WHEN 'n' THEN n END
                    * CASE WHEN $descending THEN -1 ELSE 1 END NULLS LAST,
                CASE WHEN $order = 'name' AND $descending THEN name END DESC,
                CASE WHEN $order <> 'name' THEN failed END DESC,
                CASE WHEN $order <> 'name' THEN n END DESC,
                name
        ) AS place
    FROM counted JOIN tests USING (test_id)
    QUALIFY place > $offset AND place <= $offset::BIGINT + $limit
)
SELECT total, test, test_id, success, fail, skip, xfail, uxsuccess, incomplete
FROM (SELECT count(*) AS total FROM counted) LEFT JOIN page ON true
ORDER BY place
