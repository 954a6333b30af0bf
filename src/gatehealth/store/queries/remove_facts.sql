-- Removes the row and the free metadata of a run, before another version of them is inserted in the same transaction.
-- $run_id: BIGINT
DELETE FROM runs WHERE run_id = $run_id;
DELETE FROM run_metadata WHERE run_id = $run_id;
