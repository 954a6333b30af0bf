-- Notes that all results of a batch are gone from `results`.
-- $batch: UINTEGER
UPDATE closings SET state = 'closed' WHERE batch = $batch
