-- Removes the results of some of the tests of a batch that it does not keep.
-- $batch: UINTEGER; $first_test, $last_test: BIGINT, the slice, both ends part of it
DELETE FROM closed_results
WHERE batch = $batch AND test_id BETWEEN $first_test AND $last_test
  AND (status IN (0, 2) OR (SELECT kept FROM closings WHERE batch = $batch) = 'counters')
