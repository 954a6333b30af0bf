-- Which tests failed, or never ended, in these runs? At most 50 of each run, by name.
-- $run_ids: JSON list of BIGINT
-- Columns: run_id, test, attempt, status, start_us, duration_us, message.
SELECT run_id, tests.name AS test, attempt, status, start_us, duration_us, message
FROM failures JOIN tests USING (test_id)
WHERE run_id IN (SELECT unnest(from_json($run_ids, '["BIGINT"]'))) AND status IN (1, 4, 5)
QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY test, attempt) <= 50
ORDER BY run_id, test, attempt
