-- How many results failed, or never ended?
-- $q: regular expression that the test's name must contain, $test: the whole name of a test, $message: words that the message
-- must contain in any case, $whole_message: the whole message; each may be null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: failures.
SELECT count(*) AS failures
FROM named_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $q, $test, $message)
WHERE $whole_message IS NULL OR message = $whole_message
