-- All tokens, by name.
-- Columns: name, scopes, created_at, last_used_at (NULL: never)
SELECT name, scopes, created_at, last_used_at FROM tokens ORDER BY name
