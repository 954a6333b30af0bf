-- Notes what a batch keeps from now on; the rest is removed bit by bit.
-- $batch: UINTEGER; $keep: VARCHAR, 'failures' or 'counters'
UPDATE closings SET state = 'expiring', kept = $keep WHERE batch = $batch
