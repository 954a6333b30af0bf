-- Whether a token has this name.
-- $name: VARCHAR
SELECT 1 FROM tokens WHERE name = $name
