-- Makes a batch visible, and hides the same results in `results` until they are cleaned away.
-- $batch: UINTEGER; $day: INTEGER, days since 1970; $closed_at: TIMESTAMP
INSERT INTO closings VALUES ($batch, $day, $closed_at, false)
