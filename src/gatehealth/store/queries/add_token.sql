-- Keeps a new token.
-- $name: VARCHAR; $hash: BLOB, SHA-256 of the token; $created_at: TIMESTAMP; $scopes: VARCHAR[]
INSERT INTO tokens (name, hash, created_at, scopes) VALUES ($name, $hash, $created_at, $scopes)
