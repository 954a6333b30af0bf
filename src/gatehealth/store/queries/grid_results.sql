-- All results of some runs of one job.
-- $job_id: BIGINT; $run_ids: JSON list of BIGINT; $first, $last: BIGINT, the smallest and the largest of them, so that only
-- batches of their time are looked through.
-- Columns: test_id, run_id, status, attempt. In no order.
SELECT test_id, run_id, status, attempt
FROM every_result
WHERE job_id = $job_id AND run_id BETWEEN $first AND $last
  AND run_id IN (SELECT unnest(from_json($run_ids, '["BIGINT"]')))
