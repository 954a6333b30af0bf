-- Counters over all jobs and pipelines: what most pages ask over weeks is a fourth as much to read so.

-- The same as test_counters over all pipelines, sorted by test.
CREATE TABLE total_counters (
    batch UINTEGER,
    test_id BIGINT,
    success UINTEGER,
    fail UINTEGER,
    skip UINTEGER,
    xfail UINTEGER,
    uxsuccess UINTEGER,
    incomplete UINTEGER,
    untimed UINTEGER,
    sum_ms BIGINT,
    squares_ms2 HUGEINT,
    min_ms BIGINT,
    max_ms BIGINT
);
INSERT INTO total_counters
SELECT batch, test_id, sum(success), sum(fail), sum(skip), sum(xfail), sum(uxsuccess), sum(incomplete),
    sum(untimed), sum(sum_ms), sum(squares_ms2), min(min_ms), max(max_ms)
FROM test_counters
GROUP BY ALL
ORDER BY batch, test_id;
