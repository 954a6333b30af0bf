-- Which results of these tests in these runs failed, or never ended, and why?
-- $run_ids, $test_ids: JSON lists of BIGINT; $first, $last: BIGINT, the smallest and the largest run id; $limit: BIGINT.
-- Columns: run_id, test_id, attempt, status, duration_us, message. Newest runs first.
SELECT run_id, test_id, attempt, status, duration_us, message
FROM failures
WHERE status IN (1, 4, 5) AND run_id BETWEEN $first AND $last
  AND run_id IN (SELECT unnest(from_json($run_ids, '["BIGINT"]')))
  AND test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]')))
ORDER BY run_id DESC, test_id, attempt
LIMIT $limit
