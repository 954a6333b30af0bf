-- Keeps a new token.
-- $name: VARCHAR; $hash: BLOB, SHA-256 of the token; $created_at: TIMESTAMP
INSERT INTO tokens VALUES ($name, $hash, $created_at)
