-- Which is the oldest day that is over whose batches should be one: some still have their times in microseconds, or there are
-- many of them? Then those are merged that are no more than half of the day.
-- $over: INTEGER, days since 1970: days before it are over; $many: BIGINT, batches; $duration_unit_us: UINTEGER
-- Columns: day, batches (UINTEGER[]), results (of these). No row when there is nothing to merge.
SELECT
    day,
    list(batch ORDER BY batch) FILTER (fine OR 2 * results <= of_day) AS batches,
    sum(results) FILTER (fine OR 2 * results <= of_day)::BIGINT AS results
FROM (
    SELECT
        day,
        batch,
        results,
        bool_or(duration_unit_us < $duration_unit_us) OVER (PARTITION BY day) AS fine,
        sum(results) OVER (PARTITION BY day) AS of_day
    FROM closings
    WHERE state = 'closed' AND kept = 'all' AND day < $over
)
GROUP BY day
HAVING bool_or(fine) OR len(batches) >= $many
ORDER BY day
LIMIT 1
