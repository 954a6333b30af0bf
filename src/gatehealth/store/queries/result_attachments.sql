-- The files of one result, or those of the run itself.
-- $run_id: BIGINT; $test_id: BIGINT, or null for the run's own; $attempt: INTEGER
-- Columns: name, mime_type, bytes, content.
SELECT name, mime_type, bytes, content
FROM attachments
WHERE run_id = $run_id AND test_id IS NOT DISTINCT FROM $test_id AND attempt = $attempt
ORDER BY position
