-- Notes how the runs of a batch differ from their suites in some of the tests.
-- $batch: UINTEGER; $first_test, $last_test: BIGINT, the slice, both ends part of it
INSERT INTO deviations
WITH of_runs AS (SELECT job_id, number, suite FROM closed_runs WHERE batch = $batch),
usual AS (
    SELECT suite, test_id, status AS usual
    FROM suites
    WHERE test_id BETWEEN $first_test AND $last_test AND suite IN (SELECT suite FROM of_runs)
),
found AS (
    SELECT job_id, number, test_id, status, attempt, usual
    FROM (SELECT * FROM closed_results WHERE batch = $batch AND test_id BETWEEN $first_test AND $last_test)
    JOIN of_runs USING (job_id, number)
    LEFT JOIN usual USING (suite, test_id)
),
-- Few runs lack anything: only these are looked at test by test.
lacking AS (
    SELECT job_id, number, suite
    FROM of_runs
    JOIN (SELECT suite, count(*) AS tests FROM usual GROUP BY suite) USING (suite)
    LEFT JOIN (
        SELECT job_id, number, count(*) AS there FROM found WHERE attempt = 0 AND usual IS NOT NULL GROUP BY ALL
    ) USING (job_id, number)
    WHERE coalesce(there, 0) < tests
)
SELECT $batch, job_id, number, test_id, status, sum(n)
FROM (
    SELECT job_id, number, test_id, status, 1 AS n FROM found WHERE attempt > 0 OR usual IS DISTINCT FROM status
    UNION ALL
    SELECT job_id, number, test_id, usual, -1 FROM found WHERE attempt = 0 AND usual <> status
    UNION ALL
    SELECT job_id, number, test_id, usual, -1
    FROM lacking JOIN usual USING (suite)
    ANTI JOIN (SELECT job_id, number, test_id FROM found WHERE attempt = 0) USING (job_id, number, test_id)
)
GROUP BY ALL
HAVING sum(n) <> 0
ORDER BY job_id, test_id, number
