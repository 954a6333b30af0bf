-- Where do the results of a run lie, if they are closed, and what is kept of them?
-- $run_id: BIGINT
-- Columns: batch, job_id, number, kept. No row when they are not closed.
SELECT batch, job_id, number, kept FROM closed_runs JOIN visible_batches USING (batch) WHERE run_id = $run_id
