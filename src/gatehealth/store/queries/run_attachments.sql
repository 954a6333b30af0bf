-- All files that a run and its results carry, for its export.
-- $run_id: BIGINT
-- Columns: test (null: a file of the run itself), attempt, name, mime_type, bytes, content.
SELECT tests.name AS test, attempt, attachments.name, mime_type, bytes, content
FROM attachments LEFT JOIN tests USING (test_id)
WHERE run_id = $run_id
ORDER BY test_id NULLS FIRST, attempt, position
