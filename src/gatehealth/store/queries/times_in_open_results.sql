-- How long did the successes of these tests take that are in no batch?
-- $test_ids: JSON list of BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
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
    SELECT run_id, test_id, counted_ms(duration_us) AS ms
    FROM open_results
    WHERE status = 0
      AND run_id BETWEEN first_run_id($since) AND last_run_id($until)
      AND test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]')))
      AND ($job_ids IS NULL OR list_contains(from_json($job_ids, '["BIGINT"]'), job_id))
)
SEMI JOIN filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting) USING (run_id)
WHERE ms IS NOT NULL
GROUP BY test_id
