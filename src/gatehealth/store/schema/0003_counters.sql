-- Closed days in two grades, daily counters, and what is kept of a batch as it grows old.

-- One row a batch: results of runs of one day (UTC, of their start) that were moved in one go, sorted. Their results, counters
-- and numbers of runs stand under the batch's number.
ALTER TABLE closings RENAME TO closings_before;
CREATE TABLE closings (
    batch UINTEGER,
    day INTEGER,                -- days since 1970
    closed_at TIMESTAMP,        -- of a merged batch: the latest of those it was made of
    state VARCHAR,              -- 'copying': being made; 'hiding': visible, and its results in `results` are hidden until
                                -- they are removed there; 'closed': visible; 'expiring': visible, and what it does not
                                -- keep is being removed; 'dropped': garbage that is being removed
    start_unit_us UINTEGER,     -- of closed_results.start
    duration_unit_us UINTEGER,  -- of closed_results.duration
    results UBIGINT,            -- while it is copied: about
    kept VARCHAR                -- 'all'; 'failures': passing and skipped results are gone; 'counters': all results are
);
INSERT INTO closings
SELECT batch, day, closed_at, CASE WHEN cleaned THEN 'closed' ELSE 'hiding' END, 1000, 1000,
    (SELECT count(*) FROM closed_results WHERE closed_results.batch = closings_before.batch), 'all'
FROM closings_before;
DROP TABLE closings_before;
DELETE FROM closed_results WHERE batch NOT IN (SELECT batch FROM closings);
DELETE FROM closed_runs WHERE batch NOT IN (SELECT batch FROM closings);
ALTER TABLE closed_results RENAME COLUMN start_ms TO start;
ALTER TABLE closed_results RENAME COLUMN duration_ms TO duration;

-- Within a batch a run is a small number, from 0 by start, among those of its job.
ALTER TABLE closed_runs RENAME TO closed_runs_before;
CREATE TABLE closed_runs (
    batch UINTEGER,
    job_id BIGINT,
    number UINTEGER,
    run_id BIGINT
);
INSERT INTO closed_runs
SELECT batch, job_id, number, run_id FROM closed_runs_before JOIN runs USING (run_id) ORDER BY batch, job_id, number;
DROP TABLE closed_runs_before;

-- What the results of a batch come to, by job, test and pipeline, sorted so. Sums over batches are exact whichever runs came
-- late or twice: a run has its results in one batch, and counters are counted anew when it leaves. They outlive the results.
CREATE TABLE counters (
    batch UINTEGER,
    job_id BIGINT,
    test_id BIGINT,
    pipeline VARCHAR,
    success UINTEGER,           -- results by status
    fail UINTEGER,
    skip UINTEGER,
    xfail UINTEGER,
    uxsuccess UINTEGER,
    incomplete UINTEGER,
    untimed UINTEGER,           -- of the successes, those without a duration, or with one that only a wrong clock gives
    sum_ms BIGINT,              -- of the durations of the other successes, each in whole milliseconds (macro whole_ms)
    squares_ms2 HUGEINT,        -- sum of their squares
    min_ms BIGINT,              -- null when there is none
    max_ms BIGINT
);

-- The same over all jobs, sorted by test.
CREATE TABLE test_counters (
    batch UINTEGER,
    test_id BIGINT,
    pipeline VARCHAR,
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

-- Batches of before this version have no counters yet.
INSERT INTO counters
SELECT
    batch, closed_results.job_id, test_id, pipeline,
    count(*) FILTER (status = 0), count(*) FILTER (status = 1), count(*) FILTER (status = 2),
    count(*) FILTER (status = 3), count(*) FILTER (status = 4), count(*) FILTER (status = 5),
    count(*) FILTER (status = 0 AND (duration IS NULL OR duration NOT BETWEEN 0 AND 2147483647)),
    coalesce(sum(duration) FILTER (status = 0 AND duration BETWEEN 0 AND 2147483647), 0),
    coalesce(sum(duration * duration) FILTER (status = 0 AND duration BETWEEN 0 AND 2147483647), 0),
    min(duration) FILTER (status = 0 AND duration BETWEEN 0 AND 2147483647),
    max(duration) FILTER (status = 0 AND duration BETWEEN 0 AND 2147483647)
FROM closed_results JOIN closed_runs USING (batch, job_id, number) JOIN runs USING (run_id)
GROUP BY ALL
ORDER BY batch, closed_results.job_id, test_id, pipeline;

INSERT INTO test_counters
SELECT batch, test_id, pipeline, sum(success), sum(fail), sum(skip), sum(xfail), sum(uxsuccess), sum(incomplete),
    sum(untimed), sum(sum_ms), sum(squares_ms2), min(min_ms), max(max_ms)
FROM counters
GROUP BY ALL
ORDER BY batch, test_id, pipeline;
