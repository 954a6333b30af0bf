-- Notes how far the listing of a source has come.
-- $source: VARCHAR; $cursor: VARCHAR, null leaves it where it is; $newest_ended_at: TIMESTAMP, of what was listed, may be null
UPDATE sources SET
    cursor = coalesce($cursor, cursor),
    newest_ended_at = greatest(newest_ended_at, $newest_ended_at)
WHERE source = $source
