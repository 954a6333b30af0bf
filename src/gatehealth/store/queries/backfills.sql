-- Which back-fills were asked for?
-- Columns: source, since, until, done, builds, ordered_at, listed_at, finished_at.
SELECT source, since, until, done, builds, ordered_at, listed_at, finished_at
FROM backfills
ORDER BY source, ordered_at, since, until
