-- Was a run of this job ever seen?
-- $job_id: BIGINT
-- Columns: known.
SELECT EXISTS (SELECT 1 FROM runs WHERE job_id = $job_id) AS known
