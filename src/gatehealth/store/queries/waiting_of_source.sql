-- How many builds of a source wait, and when is the next of them due?
-- $source: VARCHAR
-- Columns: waiting; untried, of these; next_try_at (null when none waits).
SELECT count(*) AS waiting, count(*) FILTER (tries = 0) AS untried, min(next_try_at) AS next_try_at
FROM waiting_builds
WHERE source = $source
