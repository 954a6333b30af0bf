-- How are these tests called? By name.
-- $test_ids: JSON list of BIGINT; $q: regular expression that a name must contain, or null.
-- Columns: test_id, name.
SELECT test_id, name
FROM tests
WHERE test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]'))) AND ($q IS NULL OR regexp_matches(name, $q, 'i'))
ORDER BY name
