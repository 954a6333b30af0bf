-- Results of days that are over, clustered: sorted by test, then job, then run, so that each column repeats itself and a
-- test's history lies together. Half the bytes of `results`, in exchange for times in milliseconds.

-- One row a batch: the results of one day that were moved in one go. A batch is visible when its row here is. Runs that
-- come late to a day make another batch of it.
CREATE TABLE closings (
    batch UINTEGER,
    day INTEGER,                -- days since 1970
    closed_at TIMESTAMP,
    cleaned BOOLEAN             -- false while its results stand in `results` as well
);

-- Which runs a batch has. Within a batch a run is a small number, by start: two bytes where run_id takes more than six.
CREATE TABLE closed_runs (
    batch UINTEGER,
    number UINTEGER,
    run_id BIGINT
);

CREATE TABLE closed_results (
    batch UINTEGER,
    test_id BIGINT,
    job_id BIGINT,
    number UINTEGER,            -- of closed_runs
    status UTINYINT,
    attempt UINTEGER,
    start_ms BIGINT,            -- as results.start_us, in whole milliseconds
    duration_ms BIGINT,
    end_only BOOLEAN,
    tags UINTEGER
);
