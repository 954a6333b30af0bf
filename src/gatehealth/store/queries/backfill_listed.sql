-- Notes how far the listing of a back-fill has come.
-- $source: VARCHAR; $since, $until: TIMESTAMP; $cursor: VARCHAR, null leaves it; $done: DOUBLE, null leaves it; $builds: BIGINT, more
UPDATE backfills SET
    cursor = coalesce($cursor, cursor),
    done = greatest(done, least(coalesce($done, done), 1)),
    builds = builds + $builds,
    error = ''
WHERE source = $source AND since = $since AND until = $until
