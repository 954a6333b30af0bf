-- What do the results of some tests come to in each bucket of time, by the start of their runs?
-- $test_id: BIGINT; $width_us: BIGINT, the width of a bucket; $whole, $batches: JSON lists of UINTEGER, see
-- counted_results.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: bucket, counted from 1970 in widths; results by status; timed, mean_seconds, deviation_seconds, min_seconds,
-- max_seconds: of successes. Buckets without results have no row.
SELECT
    bucket,
    sum(success)::BIGINT AS success,
    sum(fail)::BIGINT AS fail,
    sum(skip)::BIGINT AS skip,
    sum(xfail)::BIGINT AS xfail,
    sum(uxsuccess)::BIGINT AS uxsuccess,
    sum(incomplete)::BIGINT AS incomplete,
    sum(timed)::BIGINT AS timed,
    mean_seconds(sum(timed), sum(sum_ms)) AS mean_seconds,
    deviation_seconds(sum(timed), sum(sum_ms), sum(squares_ms2)) AS deviation_seconds,
    min(min_ms) / 1000 AS min_seconds,
    max(max_ms) / 1000 AS max_seconds
FROM counted_results(
    $width_us, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $whole, $batches, $closed_since, $closed_until,
        NULL, $test_id, $job_ids
)
GROUP BY bucket
