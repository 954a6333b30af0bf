-- Which batch of a day that is over has runs that are not told by suites yet?
-- $duration_unit_us: UINTEGER, of batches of days that are over
-- Columns: batch, results. No row when there is none.
SELECT batch, results
FROM closings
WHERE state = 'closed' AND kept = 'all' AND NOT told AND duration_unit_us >= $duration_unit_us
ORDER BY day, batch
LIMIT 1
