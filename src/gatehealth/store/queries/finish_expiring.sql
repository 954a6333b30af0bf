-- Notes that a batch has only what it keeps.
-- $batch: UINTEGER
UPDATE closings SET state = 'closed', results = (SELECT count(*) FROM closed_results WHERE batch = $batch) WHERE batch = $batch
