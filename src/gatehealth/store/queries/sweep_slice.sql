-- Removes the results of some of the tests of a batch that nobody sees any more.
-- $batch: UINTEGER; $first_test, $last_test: BIGINT, the slice, both ends part of it
DELETE FROM closed_results WHERE batch = $batch AND test_id BETWEEN $first_test AND $last_test
