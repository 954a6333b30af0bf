-- Sums the counters of a batch over all jobs, and these over all pipelines. They must not be there yet.
-- $batch: UINTEGER
INSERT INTO test_counters
SELECT
    batch,
    test_id,
    pipeline,
    sum(success),
    sum(fail),
    sum(skip),
    sum(xfail),
    sum(uxsuccess),
    sum(incomplete),
    sum(untimed),
    sum(sum_ms),
    sum(squares_ms2),
    min(min_ms),
    max(max_ms)
FROM counters
WHERE batch = $batch
GROUP BY ALL
ORDER BY test_id, pipeline;
INSERT INTO total_counters
SELECT
    batch,
    test_id,
    sum(success),
    sum(fail),
    sum(skip),
    sum(xfail),
    sum(uxsuccess),
    sum(incomplete),
    sum(untimed),
    sum(sum_ms),
    sum(squares_ms2),
    min(min_ms),
    max(max_ms)
FROM test_counters
WHERE batch = $batch
GROUP BY ALL
ORDER BY test_id
