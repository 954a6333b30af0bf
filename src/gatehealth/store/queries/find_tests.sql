-- Which tests have these names?
-- $q: regular expression that a name must contain, $contains: text that it must contain, both in any case, $prefix: the path of
-- a node of the tree of names that it must be below; each may be null.
-- Columns: test_id.
SELECT test_id
FROM tests
WHERE ($q IS NULL OR regexp_matches(name, $q, 'i'))
  AND ($contains IS NULL OR contains(lower(name), lower($contains)))
  AND ($prefix IS NULL OR starts_with(tree_path(name), $prefix || '.'))
