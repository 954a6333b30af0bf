-- What do the runs of a period come to?
-- $q: regular expression that the job's name must contain, or null.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: runs, passed, failed, infra, ignored; jobs (with a name); median_seconds (of passing runs); success, fail, skip,
-- xfail, uxsuccess, incomplete (results by status); failing_tests (tests that failed at least once).
SELECT
    count(*) AS runs,
    count(*) FILTER (outcome = 0) AS passed,
    count(*) FILTER (outcome = 1) AS failed,
    count(*) FILTER (outcome = 2) AS infra,
    count(*) FILTER (outcome = 3) AS ignored,
    count(DISTINCT job) FILTER (job <> '') AS jobs,
    median(epoch_us(ended_at) - epoch_us(started_at)) FILTER (outcome = 0) / 1e6 AS median_seconds,
    coalesce(sum(success), 0)::BIGINT AS success,
    coalesce(sum(fail), 0)::BIGINT AS fail,
    coalesce(sum(skip), 0)::BIGINT AS skip,
    coalesce(sum(xfail), 0)::BIGINT AS xfail,
    coalesce(sum(uxsuccess), 0)::BIGINT AS uxsuccess,
    coalesce(sum(incomplete), 0)::BIGINT AS incomplete,
    (
        SELECT count(DISTINCT test_id)
        FROM filtered_failures($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
        JOIN runs USING (run_id)
        WHERE status IN (1, 4) AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
          AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    ) AS failing_tests
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE ($q IS NULL OR regexp_matches(job, $q, 'i'))
  AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
