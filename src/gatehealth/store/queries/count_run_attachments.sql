-- How many files does the run itself carry?
-- $run_id: BIGINT
SELECT count(*) FROM attachments WHERE run_id = $run_id AND test_id IS NULL
