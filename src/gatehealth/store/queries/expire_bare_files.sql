-- Removes the files of the runs that started on a day, have no results, and did not come in lately.
-- $day: BIGINT, since 1970; $before: TIMESTAMP, the end of what is too old
DELETE FROM attachments
WHERE run_id >= $day::BIGINT * 86400 << 31 AND run_id < ($day::BIGINT + 1) * 86400 << 31
  AND run_id IN (
    SELECT run_id FROM runs
    WHERE run_id >= $day::BIGINT * 86400 << 31 AND run_id < ($day::BIGINT + 1) * 86400 << 31
      AND received_at < $before
      AND success + fail + skip + xfail + uxsuccess + incomplete = 0
  )
