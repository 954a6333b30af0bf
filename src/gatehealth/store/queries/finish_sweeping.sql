-- Removes the rest of a batch that nobody sees any more.
-- $batch: UINTEGER
DELETE FROM counters WHERE batch = $batch;
DELETE FROM test_counters WHERE batch = $batch;
DELETE FROM closings WHERE batch = $batch;
