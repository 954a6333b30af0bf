-- Which is the oldest day that has results to close, and how many? A day that is over, or one of which many have come.
-- $over: INTEGER, days since 1970: days before it are over; $many: BIGINT, results
-- Columns: day, results. No row when there is nothing to close.
SELECT (run_id >> 31) // 86400 AS day, count(*) AS results
FROM open_results
GROUP BY day
HAVING day < $over OR results >= $many
ORDER BY day
LIMIT 1
