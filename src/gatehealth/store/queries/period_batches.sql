-- Which batches hold results of the runs of a period, and may their counters count for it?
-- $since, $until: TIMESTAMP.
-- Columns: batch; day, counted from 1970; kept; told; whole, whether every run of the batch is of the period. Only where a day lies
-- partly outside the period its runs have to be looked at.
WITH found AS (
    SELECT
        batch,
        day,
        kept,
        told,
        day * 86400000000 < epoch_us($since) OR (day + 1) * 86400000000 > epoch_us($until) AS at_the_edge
    FROM visible_batches
    WHERE day BETWEEN (first_run_id($since) >> 31) // 86400 AND (last_run_id($until) >> 31) // 86400
)
SELECT
    batch,
    day,
    kept,
    told,
    batch NOT IN (
        SELECT batch
        FROM found JOIN closed_runs USING (batch) JOIN (SELECT run_id, started_at FROM runs) USING (run_id)
        WHERE at_the_edge AND (started_at < $since OR started_at >= $until)
    ) AS whole
FROM found
ORDER BY batch
