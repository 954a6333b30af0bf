-- How many results of each status have the runs that started in each bucket of time, and how many runs have any?
-- $q: regular expression that the job's name must contain, or null; $width_us: BIGINT, width of a bucket.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: bucket, counted from 1970 in widths; runs; success, fail, skip, xfail, uxsuccess, incomplete. Buckets without
-- results have no row.
SELECT
    epoch_us(started_at) // $width_us AS bucket,
    count(*) AS runs,
    sum(success)::BIGINT AS success,
    sum(fail)::BIGINT AS fail,
    sum(skip)::BIGINT AS skip,
    sum(xfail)::BIGINT AS xfail,
    sum(uxsuccess)::BIGINT AS uxsuccess,
    sum(incomplete)::BIGINT AS incomplete
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE ($q IS NULL OR regexp_matches(job, $q, 'i')) AND success + fail + skip + xfail + uxsuccess + incomplete > 0
GROUP BY bucket
