-- Whose token has this hash, what it may do, and when it was last used.
-- $hash: BLOB
-- Columns: name, scopes, last_used_at
SELECT name, scopes, last_used_at FROM tokens WHERE hash = $hash
