-- How long did the successes of up to ten tests take, by the results in many batches?
-- $test_1 ... $test_10: BIGINT, the tests, or null; $batches: JSON list of UINTEGER.
-- $closed_since, $closed_until: TIMESTAMP, the part of the period in which their runs started.
-- The common filters but the period: $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- Columns: test_id; timed, how many; sum_ms, squares_ms2, min_ms, max_ms. Tests without any are left out.
SELECT
    test_id,
    count(*) AS timed,
    sum(ms)::BIGINT AS sum_ms,
    sum(ms * ms) AS squares_ms2,
    min(ms) AS min_ms,
    max(ms) AS max_ms
FROM (
    SELECT test_id, counted_ms(duration * duration_unit_us) AS ms
    FROM (
        FROM durations_of($test_1, $job_ids)
        UNION ALL
        FROM durations_of($test_2, $job_ids)
        UNION ALL
        FROM durations_of($test_3, $job_ids)
        UNION ALL
        FROM durations_of($test_4, $job_ids)
        UNION ALL
        FROM durations_of($test_5, $job_ids)
        UNION ALL
        FROM durations_of($test_6, $job_ids)
        UNION ALL
        FROM durations_of($test_7, $job_ids)
        UNION ALL
        FROM durations_of($test_8, $job_ids)
        UNION ALL
        FROM durations_of($test_9, $job_ids)
        UNION ALL
        FROM durations_of($test_10, $job_ids)
    )
    JOIN (
        SELECT batch, closed_runs.job_id, number, duration_unit_us
        FROM closed_runs
        JOIN closings USING (batch)
        JOIN filtered_runs($closed_since, $closed_until, $project, $pipeline, $branch, $job, $provider, $voting) USING (run_id)
        WHERE batch IN (SELECT unnest(from_json($batches, '["UINTEGER"]')))
    ) USING (batch, job_id, number)
)
WHERE ms IS NOT NULL
GROUP BY test_id
