-- Drops what was copied of runs that left the batches of a merge since it began. A run that only took new facts has stayed.
-- $batch: UINTEGER, the one they become; $sources: JSON list of UINTEGER
DELETE FROM closed_results
WHERE batch = $batch AND (job_id, number) IN (
    SELECT (job_id, number) FROM closed_runs
    WHERE batch = $batch
      AND run_id NOT IN (SELECT run_id FROM closed_runs WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]'))))
);
DELETE FROM closed_runs
WHERE batch = $batch
  AND run_id NOT IN (SELECT run_id FROM closed_runs WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]'))));
