-- Which tests have this text in their name? The whole name first, then names that begin with it, then those that have it at the
-- beginning of a word, then the others; by name.
-- $q: VARCHAR, in any case; $limit: BIGINT.
-- Columns: name, total (before the limit).
SELECT name, count(*) OVER () AS total
FROM tests
WHERE contains(lower(name), lower($q))
ORDER BY fit(name, $q), name
LIMIT $limit
