-- Which back-fills were asked for, and how many of the builds of each were not tried yet?
-- Columns: source, since, until, done, builds, error, ordered_at, listed_at, finished_at, untried.
SELECT
    source, since, until, done, builds, error, ordered_at, listed_at, finished_at,
    (
        SELECT count(*) FROM waiting_builds
        WHERE waiting_builds.source = backfills.source AND tries = 0 AND ended_at >= since AND ended_at < until
    ) AS untried
FROM backfills
ORDER BY source, ordered_at, since, until
