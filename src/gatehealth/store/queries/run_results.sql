-- All results of a run, or those of one test in it, in the order in which they started, and why one did not pass.
-- $run_id: BIGINT; $test_id: BIGINT, or null for all tests.
-- Columns: test, attempt, status, start_us, duration_us, end_only, tags, attributes, message (of a failure),
-- reason (of a skip, as it was sent), attachments.
WITH files AS (
    SELECT test_id, attempt, count(*) AS attachments,
        any_value(content ORDER BY position) FILTER (name LIKE 'reason%' AND mime_type LIKE 'text/%') AS content
    FROM attachments WHERE run_id = $run_id AND test_id IS NOT NULL GROUP BY ALL
)
SELECT
    tests.name AS test,
    here.attempt,
    here.status,
    here.start_us,
    here.duration_us,
    here.end_only,
    here.tags,
    coalesce(own.attributes, tests.attributes) AS attributes,
    failures.message,
    CASE here.status WHEN 2 THEN files.content END AS reason,
    coalesce(files.attachments, 0) AS attachments
FROM (SELECT * FROM every_result WHERE run_id = $run_id AND ($test_id IS NULL OR test_id = $test_id)) AS here
JOIN tests USING (test_id)
LEFT JOIN (SELECT * FROM result_attributes WHERE run_id = $run_id) AS own USING (test_id, attempt)
LEFT JOIN (SELECT * FROM failures WHERE run_id = $run_id) AS failures USING (test_id, attempt)
LEFT JOIN files USING (test_id, attempt)
ORDER BY here.start_us NULLS LAST, test, here.attempt
