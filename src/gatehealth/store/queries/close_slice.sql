-- Copies the results of some of the tests, of the runs of a batch, sorted. The job is the one in which a run has its number: the
-- run may have got another since.
-- $batch: UINTEGER; $day: INTEGER, days since 1970; $first_test, $last_test: BIGINT, the slice, both ends part of it
-- $start_unit_us, $duration_unit_us: UINTEGER
INSERT INTO closed_results
SELECT
    $batch,
    test_id,
    numbered.job_id,
    number,
    status,
    attempt,
    in_units(start_us, $start_unit_us),
    in_units(duration_us, $duration_unit_us),
    end_only,
    tags
FROM (
    SELECT * EXCLUDE job_id FROM results
    WHERE run_id >= $day::BIGINT * 86400 << 31 AND run_id < ($day::BIGINT + 1) * 86400 << 31
      AND test_id BETWEEN $first_test AND $last_test
)
JOIN (SELECT job_id, number, run_id FROM closed_runs WHERE batch = $batch) AS numbered USING (run_id)
ORDER BY test_id, numbered.job_id, number, attempt
