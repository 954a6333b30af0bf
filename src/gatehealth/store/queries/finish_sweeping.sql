-- Removes the rest of a batch that nobody sees any more.
-- $batch: UINTEGER
DELETE FROM counters WHERE batch = $batch;
DELETE FROM test_counters WHERE batch = $batch;
DELETE FROM total_counters WHERE batch = $batch;
DELETE FROM deviations WHERE batch = $batch;
DELETE FROM closings WHERE batch = $batch;
DELETE FROM suites WHERE suite NOT IN (SELECT suite FROM closed_runs WHERE suite IS NOT NULL);
