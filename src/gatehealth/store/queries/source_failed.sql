-- Notes that a source could not be listed.
-- $source: VARCHAR; $error: VARCHAR; $now: TIMESTAMP
UPDATE sources SET polled_at = $now, error = $error, failing_since = coalesce(failing_since, $now) WHERE source = $source
