-- Removes all results of a run and what hangs on them, before a fuller version is inserted in the same transaction.
-- $run_id: BIGINT
DELETE FROM results WHERE run_id = $run_id;
DELETE FROM result_attributes WHERE run_id = $run_id;
DELETE FROM failures WHERE run_id = $run_id;
DELETE FROM attachments WHERE run_id = $run_id;
