-- Begins a batch that is to take the place of others of its day: numbers their runs anew. Nothing of it is visible before
-- `finish_merging`.
-- $batch: UINTEGER; $day: INTEGER, days since 1970; $start_unit_us, $duration_unit_us: UINTEGER; $results: UBIGINT, about how many
-- $sources: JSON list of UINTEGER, the batches to merge
INSERT INTO closings VALUES ($batch, $day, NULL, 'copying', $start_unit_us, $duration_unit_us, $results, 'all', false);
INSERT INTO closed_runs
SELECT $batch, job_id, row_number() OVER (PARTITION BY job_id ORDER BY run_id) - 1, run_id, NULL
FROM closed_runs
WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]')));
