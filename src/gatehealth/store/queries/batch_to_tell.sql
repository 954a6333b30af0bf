-- Which batch has runs that are not told by suites yet?
-- Columns: batch, results. No row when there is none.
SELECT batch, results
FROM closings
WHERE state = 'closed' AND kept = 'all' AND NOT told
ORDER BY day, batch
LIMIT 1
