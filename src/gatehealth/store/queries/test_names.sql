-- Which tests were ever seen, by name?
-- $q: regular expression that a name must contain, $contains: text that it must contain, both in any case; each may be null;
-- $limit, $offset: BIGINT.
-- Columns: total, tests there are, the same in each row; test (null in the only row when $offset is behind the last one).
WITH found AS (
    SELECT name AS test
    FROM tests
    WHERE ($q IS NULL OR regexp_matches(name, $q, 'i'))
      AND ($contains IS NULL OR contains(lower(name), lower($contains)))
)
SELECT total, test
FROM (SELECT count(*) AS total FROM found) LEFT JOIN (SELECT test FROM found ORDER BY test LIMIT $limit OFFSET $offset) ON true
ORDER BY test
