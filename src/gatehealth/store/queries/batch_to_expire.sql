-- Which batch holds results that are too old, and what of it is to be kept? Nothing is too old that came in lately, however long
-- ago it happened.
-- $passing_before, $failures_before: TIMESTAMP, the ends of what is too old
-- Columns: batch, day, results, keep. No row when nothing is too old.
SELECT batch, day, results, CASE WHEN last < $failures_before THEN 'counters' ELSE 'failures' END AS keep
FROM (SELECT *, greatest(make_timestamp((day + 1) * 86400::BIGINT * 1000000), closed_at) AS last FROM closings)
WHERE state = 'closed' AND (kept = 'all' AND last < $passing_before OR kept <> 'counters' AND last < $failures_before)
ORDER BY day, batch
LIMIT 1
