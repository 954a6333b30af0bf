-- Gathers the results of the models for some of the tests.
-- $batch: UINTEGER; $first_test, $last_test: BIGINT, the slice, both ends part of it
INSERT INTO model_results
SELECT job_id, number, test_id, status
FROM (
    SELECT * FROM closed_results
    WHERE batch = $batch AND test_id BETWEEN $first_test AND $last_test AND attempt = 0
)
SEMI JOIN models USING (job_id, number)
