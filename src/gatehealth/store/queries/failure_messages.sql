-- Which messages do results that failed, or never ended, have, and how often? Equal ones are counted together.
-- $q: regular expression that the test's name must contain, $test: the whole name of a test, $message: words that the message
-- must contain in any case; each may be null; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: total, such messages, the same in each row; message (null in the only row when $offset is behind the last one),
-- failures, incomplete, tests, jobs, runs; oldest_at, newest_at, when the first and the last such run started; of the newest
-- result: test, attempt, and of its run: uuid, job.
WITH found AS MATERIALIZED (
    SELECT message, status, test_id, job_id, run_id
    FROM named_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $q, $test, $message)
),
counted AS MATERIALIZED (
    SELECT message, count(*) AS n FROM found GROUP BY message
),
-- Those that may stand on the page: most messages were seen once, and need not be told further.
frequent AS (
    SELECT message
    FROM counted
    WHERE n >= (SELECT coalesce(min(n), 0) FROM (SELECT n FROM counted ORDER BY n DESC LIMIT $limit + $offset))
),
page AS (
    SELECT
        message,
        count(*) FILTER (status <> 5) AS failure_count,
        count(*) FILTER (status = 5) AS incomplete_count,
        count(DISTINCT test_id) AS test_count,
        count(DISTINCT job_id) AS job_count,
        count(DISTINCT run_id) AS run_count,
        min(run_id) AS oldest_run,
        max(run_id) AS run_id
    FROM found SEMI JOIN frequent USING (message)
    GROUP BY message
    ORDER BY failure_count + incomplete_count DESC, run_count DESC, message
    LIMIT $limit OFFSET $offset
),
told AS (
    SELECT page.*, oldest.started_at AS oldest_at, run.started_at AS newest_at, test, attempt, uuid, job
    FROM page
    JOIN (
        SELECT run_id, message, name AS test, attempt, start_us
        FROM failures JOIN tests USING (test_id)
        WHERE status IN (1, 4, 5) AND ($q IS NULL OR regexp_matches(name, $q, 'i')) AND ($test IS NULL OR name = $test)
    ) AS newest USING (message, run_id)
    JOIN (SELECT run_id, uuid, job, started_at FROM runs) AS run USING (run_id)
    JOIN (SELECT run_id AS oldest_run, started_at FROM runs) AS oldest USING (oldest_run)
    -- In one run a message may have been seen several times.
    QUALIFY row_number() OVER (PARTITION BY message ORDER BY start_us DESC NULLS LAST, test DESC, attempt DESC) = 1
)
SELECT
    total,
    message,
    failure_count AS failures,
    incomplete_count AS incomplete,
    test_count AS tests,
    job_count AS jobs,
    run_count AS runs,
    oldest_at,
    newest_at,
    test,
    attempt,
    uuid,
    job
FROM (SELECT count(*) AS total FROM counted) LEFT JOIN told ON true
ORDER BY failure_count + incomplete_count DESC, run_count DESC, message
