-- Notes that a source was listed to its end.
-- $source: VARCHAR; $listed_until: TIMESTAMP, when that listing began; $now: TIMESTAMP
UPDATE sources SET listed_until = $listed_until, polled_at = $now, error = '', failing_since = NULL WHERE source = $source
