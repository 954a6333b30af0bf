-- Makes a batch visible, and hides the same results in `results` until they are cleaned away. Runs that changed, or went, while
-- their results were copied stay where they are: what was copied of them is dropped.
-- $batch: UINTEGER; $day: INTEGER, days since 1970; $since: TIMESTAMP, the newest commit before copying began; $closed_at: TIMESTAMP
DELETE FROM closed_results
WHERE batch = $batch AND number IN (
    SELECT number FROM closed_runs LEFT JOIN runs USING (run_id)
    WHERE batch = $batch AND (received_at IS NULL OR received_at > $since)
);
DELETE FROM closed_runs
WHERE batch = $batch AND run_id NOT IN (SELECT run_id FROM runs WHERE received_at <= $since);
INSERT INTO closings VALUES ($batch, $day, $closed_at, false);
