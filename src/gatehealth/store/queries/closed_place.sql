-- Where do the results of a run lie, if they are closed?
-- $run_id: BIGINT
-- Columns: batch, number. No row when they are not.
SELECT batch, number FROM closed_runs JOIN closings USING (batch) WHERE run_id = $run_id
