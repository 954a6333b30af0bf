-- When was the newest version of a run committed?
-- Columns: received_at (null when there is no run).
SELECT max(received_at) AS received_at FROM runs
