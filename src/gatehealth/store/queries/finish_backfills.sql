-- Notes which back-fills of a source are finished: listed, and each of their builds tried.
-- $source: VARCHAR; $now: TIMESTAMP
UPDATE backfills SET finished_at = $now
WHERE
    source = $source
    AND listed_at IS NOT NULL
    AND finished_at IS NULL
    AND NOT EXISTS (
        FROM waiting_builds
        WHERE source = $source AND tries = 0 AND waiting_builds.ended_at >= since AND waiting_builds.ended_at < until
    )
