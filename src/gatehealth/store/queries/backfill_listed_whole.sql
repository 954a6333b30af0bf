-- Notes that the listing of a back-fill has ended.
-- $source: VARCHAR; $since, $until, $now: TIMESTAMP
UPDATE backfills SET done = 1, error = '', listed_at = $now WHERE source = $source AND since = $since AND until = $until
