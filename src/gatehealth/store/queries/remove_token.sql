-- Forgets a token. One column a row that went: its name.
-- $name: VARCHAR
DELETE FROM tokens WHERE name = $name RETURNING name
