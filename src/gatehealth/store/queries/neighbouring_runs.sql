-- Which runs of a job started just before one of its runs, and which just after? With the run itself, newest first.
-- $job_id, $run_id: BIGINT, the job and the run; $before, $after: BIGINT, how many are wanted of each.
-- Columns: those of the table.
SELECT * FROM (SELECT * FROM runs WHERE job_id = $job_id AND run_id <= $run_id ORDER BY run_id DESC LIMIT $before + 1)
UNION ALL
SELECT * FROM (SELECT * FROM runs WHERE job_id = $job_id AND run_id > $run_id ORDER BY run_id LIMIT $after)
ORDER BY run_id DESC
