-- When did these tests fail? Results that failed, in each bucket of time, by the start of their runs.
-- $test_ids: JSON list of BIGINT, the tests wanted; $width_us: BIGINT, the width of a bucket.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: test_id; bucket, counted from 1970 in widths; failed. Buckets without failures have no row.
WITH failing AS (
    SELECT run_id, test_id
    FROM failures
    WHERE status IN (1, 4)
      AND run_id BETWEEN first_run_id($since) AND last_run_id($until)
      AND test_id IN (SELECT unnest(from_json($test_ids, '["BIGINT"]')))
),
fitting AS (
    SELECT run_id, epoch_us(started_at) // $width_us AS bucket
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
)
SELECT test_id, bucket, count(*) AS failed
FROM failing JOIN fitting USING (run_id)
GROUP BY ALL
