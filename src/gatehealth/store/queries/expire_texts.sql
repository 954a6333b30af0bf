-- Removes what hangs on results that a batch does not keep, of the runs that started in a part of its day: attributes and files,
-- and at last the failures themselves.
-- $batch: UINTEGER; $from_second, $to_second: BIGINT, seconds since 1970, the end not part of it
DELETE FROM failures
WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  AND run_id IN (SELECT run_id FROM closed_runs JOIN closings USING (batch) WHERE batch = $batch AND kept = 'counters');
DELETE FROM attachments
WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  AND run_id IN (SELECT run_id FROM closed_runs WHERE batch = $batch)
  AND (run_id, coalesce(test_id, -1), attempt) NOT IN (
      SELECT (run_id, test_id, attempt) FROM failures
      WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  )
  AND (test_id IS NOT NULL OR (SELECT kept FROM closings WHERE batch = $batch) = 'counters');
DELETE FROM result_attributes
WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  AND run_id IN (SELECT run_id FROM closed_runs WHERE batch = $batch)
  AND (run_id, test_id, attempt) NOT IN (
      SELECT (run_id, test_id, attempt) FROM failures
      WHERE run_id >= $from_second::BIGINT << 31 AND run_id < $to_second::BIGINT << 31
  );
