-- Gives up batches that were not finished: of a process that was killed, or of a step that failed.
UPDATE closings SET state = 'dropped' WHERE state = 'copying';
DELETE FROM closed_runs WHERE batch IN (SELECT batch FROM closings WHERE state = 'dropped');
