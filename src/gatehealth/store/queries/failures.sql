-- Which are the newest results that failed, or never ended? By run, newest first; within a run the latest first.
-- $q: regular expression that the test's name must contain, $test: the whole name of a test, $message: words that the message
-- must contain in any case, $whole_message: the whole message; each may be null; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: test, attempt, status, start_us, duration_us, message; those of `runs`.
WITH found AS (
    SELECT run_id, test, attempt, status, start_us, duration_us, message
    FROM named_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $q, $test, $message)
    WHERE $whole_message IS NULL OR message = $whole_message
    ORDER BY run_id DESC, start_us DESC NULLS LAST, test, attempt
    LIMIT $limit OFFSET $offset
)
SELECT found.* EXCLUDE run_id, runs.*
FROM found JOIN runs USING (run_id)
ORDER BY run_id DESC, start_us DESC NULLS LAST, test, attempt
