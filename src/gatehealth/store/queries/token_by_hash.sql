-- Whose token has this hash.
-- $hash: BLOB
SELECT name FROM tokens WHERE hash = $hash
