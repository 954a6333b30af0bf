-- Notes that a token was used.
-- $hash: BLOB; $now: TIMESTAMP
UPDATE tokens SET last_used_at = $now WHERE hash = $hash
