-- Which of these tests are stored, each with its attributes.
-- $test_ids: BIGINT[]
SELECT test_id, attributes FROM tests WHERE test_id IN (SELECT unnest($test_ids::BIGINT[]))
