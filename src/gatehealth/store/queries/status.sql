-- How much is stored, and how new is it?
-- Columns: runs, results, failures, tests, jobs, oldest_run_at.
SELECT
    (SELECT count(*) FROM runs) AS runs,
    (SELECT coalesce(sum(success + fail + skip + xfail + uxsuccess + incomplete), 0)::BIGINT FROM runs) AS results,
    (SELECT count(*) FROM failures) AS failures,
    (SELECT count(*) FROM tests) AS tests,
    (SELECT count(DISTINCT job_id) FROM runs WHERE job <> '') AS jobs,
    (SELECT min(started_at) FROM runs) AS oldest_run_at
