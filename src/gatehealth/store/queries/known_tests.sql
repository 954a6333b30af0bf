-- Which of these tests are stored, each with its attributes.
-- $test_ids: JSON list of BIGINT
SELECT test_id, attributes FROM tests WHERE test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]')))
