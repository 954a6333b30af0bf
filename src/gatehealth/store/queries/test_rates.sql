-- How often did these tests pass and fail in the period? Tests without results in it are left out.
-- $test_ids: JSON list of BIGINT, the tests wanted; $whole, $told, $batches: JSON lists of UINTEGER, see tallied_results;
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: test, passed, failed.
SELECT name AS test, passed, failed
FROM (
    SELECT test_id, sum(success + xfail)::BIGINT AS passed, sum(fail + uxsuccess)::BIGINT AS failed
    FROM tallied_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $whole, $told, $batches, $closed_since, $closed_until,
        $test_ids, $job_ids
    )
    GROUP BY test_id
)
JOIN tests USING (test_id)
