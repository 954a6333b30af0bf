-- Which is the oldest day that has results to close, and how many? Results of runs that are closed, but not cleaned, are none.
-- $before: INTEGER, days since 1970: only days before it.
-- Columns: day, results. No row when there is nothing to close.
SELECT (run_id >> 31) // 86400 AS day, count(*) AS results
FROM results
WHERE run_id < $before::BIGINT * 86400 << 31
  AND run_id NOT IN (SELECT run_id FROM closed_runs JOIN closings USING (batch) WHERE NOT cleaned)
GROUP BY day
ORDER BY day
LIMIT 1
