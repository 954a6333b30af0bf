-- Notes that all runs of a batch are told.
-- $batch: UINTEGER
UPDATE closings SET told = true WHERE batch = $batch
