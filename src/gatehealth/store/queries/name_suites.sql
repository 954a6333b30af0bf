-- Makes suites of the models' results, and gives each run of the batch that of its job, project and branch.
-- $batch: UINTEGER
-- The name is of the tests with their statuses, in any order. Another version of the database may give the same suite another name:
-- it is then there twice, and no count differs.
CREATE OR REPLACE TEMP TABLE named_models AS
SELECT job_id, number, bit_xor(hash(xor(test_id, status::BIGINT))) AS suite
FROM model_results
GROUP BY ALL;
INSERT INTO suites
SELECT suite, test_id, status
FROM model_results
JOIN (SELECT suite, min((job_id, number)) AS first FROM named_models GROUP BY suite) AS chosen
    ON (job_id, number) = first
WHERE suite NOT IN (SELECT suite FROM suites)
ORDER BY suite, test_id;
UPDATE closed_runs SET suite = told.suite
FROM (
    SELECT closed_runs.job_id, closed_runs.number, named_models.suite
    FROM closed_runs
    JOIN runs USING (run_id)
    JOIN models ON models.job_id = closed_runs.job_id AND models.project = runs.project AND models.branch = runs.branch
    JOIN named_models ON named_models.job_id = models.job_id AND named_models.number = models.number
    WHERE batch = $batch
) AS told
WHERE batch = $batch AND closed_runs.job_id = told.job_id AND closed_runs.number = told.number;
DROP TABLE model_results;
DROP TABLE named_models;
DROP TABLE models;
