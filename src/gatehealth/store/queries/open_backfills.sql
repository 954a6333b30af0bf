-- Which back-fills of a source are not finished? In the order in which they were asked for.
-- $source: VARCHAR
-- Columns: since, until, cursor, done, builds, listed_at, error.
SELECT since, until, cursor, done, builds, listed_at, error
FROM backfills
WHERE source = $source AND finished_at IS NULL
ORDER BY ordered_at, since, until
