-- Gives the results of a run another run id, or another job: its start or its job became known after its results.
-- $run_id, $new_run_id, $job_id: BIGINT
UPDATE results SET run_id = $new_run_id, job_id = $job_id WHERE run_id = $run_id;
UPDATE result_attributes SET run_id = $new_run_id WHERE run_id = $run_id;
UPDATE failures SET run_id = $new_run_id, job_id = $job_id WHERE run_id = $run_id;
UPDATE attachments SET run_id = $new_run_id WHERE run_id = $run_id;
