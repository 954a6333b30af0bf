-- Removes what unfinished batches left: of a process that was killed.
DELETE FROM closed_results WHERE batch NOT IN (SELECT batch FROM closings);
DELETE FROM closed_runs WHERE batch NOT IN (SELECT batch FROM closings);
