-- Which files does the run itself carry, and not one of its results?
-- $run_id: BIGINT
-- Columns: name, mime_type, content.
SELECT name, mime_type, content FROM attachments WHERE run_id = $run_id AND test_id IS NULL ORDER BY position
