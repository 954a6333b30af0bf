-- How long did the successes of these tests take that are in no batch, or in one of a few batches?
-- $test_ids: JSON list of BIGINT; $batches: JSON list of UINTEGER.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: test_id; timed, how many; sum_ms, squares_ms2, min_ms, max_ms. Tests without any are left out.
SELECT
    test_id,
    count(*) AS timed,
    sum(ms)::BIGINT AS sum_ms,
    sum(ms * ms) AS squares_ms2,
    min(ms) AS min_ms,
    max(ms) AS max_ms
FROM (
    SELECT test_id, counted_ms(duration_us) AS ms
    FROM filtered_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $batches, $closed_since, $closed_until,
        $test_ids, NULL, $job_ids
    )
    WHERE status = 0
)
WHERE ms IS NOT NULL
GROUP BY test_id
