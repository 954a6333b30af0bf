-- Begins to tell the runs of a batch by suites, from nothing: chooses which run of each job, project and branch the others are
-- compared with. That is one that passed, of these one with the most results, of these the last.
-- $batch: UINTEGER
DELETE FROM deviations WHERE batch = $batch;
CREATE OR REPLACE TEMP TABLE models AS
SELECT closed_runs.job_id, project, branch, number
FROM closed_runs JOIN runs USING (run_id)
WHERE batch = $batch
QUALIFY row_number() OVER (
    PARTITION BY closed_runs.job_id, project, branch
    ORDER BY outcome = 0 DESC, success + fail + skip + xfail + uxsuccess + incomplete DESC, number DESC
) = 1;
CREATE OR REPLACE TEMP TABLE model_results (job_id BIGINT, number UINTEGER, test_id BIGINT, status UTINYINT);
