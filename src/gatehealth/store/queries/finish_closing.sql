-- Makes a batch visible, and hides the same results in `results` until they are removed there.
-- $batch: UINTEGER; $closed_at: TIMESTAMP
UPDATE closings SET
    state = 'hiding',
    closed_at = $closed_at,
    results = (SELECT count(*) FROM closed_results WHERE batch = $batch)
WHERE batch = $batch
