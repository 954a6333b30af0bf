-- Numbers the runs of a day that have results to close, by start. Nothing of it is visible before `finish_closing`.
-- $batch: UINTEGER; $day: INTEGER, days since 1970
INSERT INTO closed_runs
SELECT $batch, row_number() OVER (ORDER BY run_id) - 1, run_id
FROM (SELECT DISTINCT run_id FROM results WHERE run_id >= $day::BIGINT * 86400 << 31 AND run_id < ($day::BIGINT + 1) * 86400 << 31)
WHERE run_id NOT IN (SELECT run_id FROM closed_runs)
