-- Notes that all results of a batch are gone from `results`.
-- $batch: UINTEGER
UPDATE closings SET cleaned = true WHERE batch = $batch
