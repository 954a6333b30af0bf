-- Copies the results of some of the tests from the batches that are merged, sorted.
-- $batch: UINTEGER; $sources: JSON list of UINTEGER; $first_test, $last_test: BIGINT, the slice, both ends part of it
-- $start_unit_us, $duration_unit_us: UINTEGER
INSERT INTO closed_results
SELECT
    $batch,
    test_id,
    job_id,
    becomes.number,
    status,
    attempt,
    in_units(start * start_unit_us, $start_unit_us),
    in_units(duration * duration_unit_us, $duration_unit_us),
    end_only,
    tags
FROM (
    SELECT * FROM closed_results
    WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]'))) AND test_id BETWEEN $first_test AND $last_test
) AS source
JOIN (SELECT batch, start_unit_us, duration_unit_us FROM closings) USING (batch)
JOIN closed_runs AS was USING (batch, job_id, number)
JOIN (SELECT number, run_id FROM closed_runs WHERE batch = $batch) AS becomes ON becomes.run_id = was.run_id
ORDER BY test_id, job_id, becomes.number, attempt
