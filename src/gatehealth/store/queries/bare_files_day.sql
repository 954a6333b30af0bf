-- On which day, the first, did runs start that have no results, but files that are too old? As with results, nothing is too old
-- that came in lately.
-- $before: TIMESTAMP, the end of what is too old
-- Columns: day, since 1970. No row when nothing is too old.
SELECT min(run_id >> 31) // 86400 AS day
FROM runs
WHERE run_id IN (SELECT run_id FROM attachments WHERE run_id < first_run_id($before))
  AND started_at < date_trunc('day', $before)
  AND received_at < $before
  AND success + fail + skip + xfail + uxsuccess + incomplete = 0
HAVING day IS NOT NULL
