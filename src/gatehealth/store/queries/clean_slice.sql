-- Removes results that a batch holds from `results`, for the runs that started in a part of its day.
-- $batch: UINTEGER; $from_second, $to_second: BIGINT, seconds since 1970, the end not part of it
DELETE FROM results
WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  AND run_id IN (SELECT run_id FROM closed_runs WHERE batch = $batch)
