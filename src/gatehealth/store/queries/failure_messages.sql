-- Which messages do results that failed, or never ended, have, and how often? Equal ones are counted together.
-- $q: regular expression that the test's name must contain, $test: the whole name of a test, $message: words that the message
-- must contain in any case; each may be null; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: message, failures, incomplete, tests, jobs, runs; oldest_at, newest_at, when the first and the last such run started;
-- of the newest result: test, attempt, and of its run: uuid, job.
WITH grouped AS (
    SELECT
        message,
        count(*) FILTER (status <> 5) AS failure_count,
        count(*) FILTER (status = 5) AS incomplete_count,
        count(DISTINCT test_id) AS test_count,
        count(DISTINCT job_id) AS job_count,
        count(DISTINCT run_id) AS run_count,
        min(run_id) AS oldest_run,
        max(run_id) AS run_id
    FROM named_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $q, $test, $message)
    GROUP BY message
    ORDER BY failure_count + incomplete_count DESC, run_count DESC, message
    LIMIT $limit OFFSET $offset
)
SELECT
    message,
    failure_count AS failures,
    incomplete_count AS incomplete,
    test_count AS tests,
    job_count AS jobs,
    run_count AS runs,
    oldest.started_at AS oldest_at,
    run.started_at AS newest_at,
    test,
    attempt,
    uuid,
    job
FROM grouped
JOIN (
    SELECT run_id, message, name AS test, attempt, start_us
    FROM failures JOIN tests USING (test_id)
    WHERE status IN (1, 4, 5) AND ($q IS NULL OR regexp_matches(name, $q, 'i')) AND ($test IS NULL OR name = $test)
) AS newest USING (message, run_id)
JOIN (SELECT run_id, uuid, job, started_at FROM runs) AS run USING (run_id)
JOIN (SELECT run_id AS oldest_run, started_at FROM runs) AS oldest USING (oldest_run)
-- In one run a message may have been seen several times.
QUALIFY row_number() OVER (PARTITION BY message ORDER BY start_us DESC NULLS LAST, test DESC, attempt DESC) = 1
ORDER BY failure_count + incomplete_count DESC, run_count DESC, message
