-- Which tests failed, or never ended, and how often? With the newest failure of each: of those that only never ended, the newest
-- such result, which has no traceback to read.
-- $q: regular expression that the test's name must contain, $test: the whole name of a test, $message: words that the message
-- must contain in any case; each may be null
-- $order: 'failures' or 'runs', what there must be most of; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: total, such tests, the same in each row; test (null in the only row when $offset is behind the last one), failures,
-- incomplete, runs, jobs; of the newest result: status, attempt, message, start_us, and of its run: uuid, job, started_at,
-- results_at, log_url.
WITH per_run AS MATERIALIZED ( -- a run is of one job: what is distinct is counted by rows
    SELECT
        test_id,
        test,
        run_id,
        job_id,
        count(*) FILTER (status <> 5) AS failure_count,
        count(*) FILTER (status = 5) AS incomplete_count
    FROM named_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $q, $test, $message)
    GROUP BY ALL
),
failing AS (
    SELECT
        test_id,
        test,
        sum(failure_count)::BIGINT AS failure_count,
        sum(incomplete_count)::BIGINT AS incomplete_count,
        count(*) AS run_count,
        coalesce(max(run_id) FILTER (failure_count > 0), max(run_id)) AS run_id
    FROM per_run
    GROUP BY test_id, test
),
page AS MATERIALIZED (
    SELECT *
    FROM failing
    ORDER BY
        CASE $order WHEN 'runs' THEN run_count ELSE failure_count END DESC,
        failure_count DESC, run_count DESC, incomplete_count DESC, test
    LIMIT $limit OFFSET $offset
),
told AS (
    SELECT page.*, job_count, status, attempt, message, start_us, uuid, job, started_at, results_at, log_url
    FROM page
    JOIN (
        SELECT test_id, count(DISTINCT job_id) AS job_count FROM per_run SEMI JOIN page USING (test_id) GROUP BY test_id
    ) USING (test_id)
    JOIN (SELECT * EXCLUDE job_id FROM failures WHERE status IN (1, 4, 5)) AS newest USING (test_id, run_id)
    JOIN (SELECT run_id, uuid, job, started_at, results_at, log_url FROM runs) AS run USING (run_id)
    WHERE $message IS NULL OR contains(lower(message), lower($message))
    -- In one run a test may have failed several times.
    QUALIFY row_number() OVER (PARTITION BY test_id ORDER BY status = 5, start_us DESC NULLS LAST, attempt DESC) = 1
)
SELECT
    total,
    test,
    failure_count AS failures,
    incomplete_count AS incomplete,
    run_count AS runs,
    job_count AS jobs,
    status,
    attempt,
    message,
    start_us,
    uuid,
    job,
    started_at,
    results_at,
    log_url
FROM (SELECT count(*) AS total FROM failing) LEFT JOIN told ON true
ORDER BY
    CASE $order WHEN 'runs' THEN run_count ELSE failure_count END DESC,
    failure_count DESC, run_count DESC, incomplete_count DESC, test
