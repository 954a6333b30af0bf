-- Begins a batch: numbers the runs of a day that have results to close, within their job and by start. Nothing of it is visible before
-- `finish_closing`.
-- $batch: UINTEGER; $day: INTEGER, days since 1970; $start_unit_us, $duration_unit_us: UINTEGER; $results: UBIGINT, about how many
INSERT INTO closings VALUES ($batch, $day, NULL, 'copying', $start_unit_us, $duration_unit_us, $results, 'all', false);
INSERT INTO closed_runs
SELECT $batch, job_id, row_number() OVER (PARTITION BY job_id ORDER BY run_id) - 1, run_id, NULL
FROM (SELECT DISTINCT job_id, run_id FROM open_results WHERE run_id >= $day::BIGINT * 86400 << 31 AND run_id < ($day::BIGINT + 1) * 86400 << 31);
