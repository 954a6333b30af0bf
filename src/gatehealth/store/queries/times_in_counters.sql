-- How long did the successes of these tests take, by the counters of some batches?
-- $test_ids: JSON list of BIGINT; $whole: JSON list of UINTEGER, the batches; $pipeline VARCHAR[] or null; $job_ids: JSON list of
-- BIGINT, or null for all jobs.
-- Columns: test_id; timed, how many; sum_ms, squares_ms2, min_ms, max_ms. Tests without any are left out.
SELECT
    test_id,
    sum(success - untimed)::BIGINT AS timed,
    sum(sum_ms)::BIGINT AS sum_ms,
    sum(squares_ms2) AS squares_ms2,
    min(min_ms) AS min_ms,
    max(max_ms) AS max_ms
FROM (
    SELECT * EXCLUDE (job_id, pipeline)
    FROM counters
    WHERE $job_ids IS NOT NULL AND job_id IN (SELECT unnest(from_json($job_ids, '["BIGINT"]')))
      AND ($pipeline IS NULL OR list_contains($pipeline, pipeline))
    UNION ALL
    SELECT * EXCLUDE pipeline FROM test_counters WHERE $job_ids IS NULL AND list_contains($pipeline, pipeline)
    UNION ALL
    SELECT * FROM total_counters WHERE $job_ids IS NULL AND $pipeline IS NULL
)
WHERE test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]')))
  AND batch IN (SELECT unnest(from_json($whole, '["UINTEGER"]')))
GROUP BY test_id
HAVING sum(success - untimed) > 0
