-- Was a test of this name ever seen?
-- $test_id: BIGINT; $test: VARCHAR, its name
-- Columns: known.
SELECT EXISTS (SELECT 1 FROM tests WHERE test_id = $test_id AND name = $test) AS known
