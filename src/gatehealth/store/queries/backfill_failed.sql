-- Notes why the listing of a back-fill could not go on.
-- $source: VARCHAR; $since, $until: TIMESTAMP; $error: VARCHAR
UPDATE backfills SET error = $error WHERE source = $source AND since = $since AND until = $until
