-- How do results lie in the database: open, or in closed days, and what is left of these?
-- Columns: open_results; batches; closed_days, of which days_of_failures have only failures left and days_of_counters nothing but
-- counters. A day to which runs came late is what the fullest of its batches is.
WITH days AS (
    SELECT
        count(*) AS batches,
        min(CASE kept WHEN 'all' THEN 0 WHEN 'failures' THEN 1 ELSE 2 END) AS gone
    FROM visible_batches
    GROUP BY day
)
SELECT
    (SELECT count(*) FROM open_results) AS open_results,
    coalesce(sum(batches), 0)::BIGINT AS batches,
    count(*) AS closed_days,
    count(*) FILTER (gone = 1) AS days_of_failures,
    count(*) FILTER (gone = 2) AS days_of_counters
FROM days
