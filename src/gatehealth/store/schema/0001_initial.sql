-- The tables. No keys, no sequences, no defaults: identifiers are derived from names and uuids (model.stable_id,
-- model.run_id_of), and the writer keeps rows unique, so that the same tables can stand on a lake of Parquet files.
-- Times are UTC. Codes of status and outcome are those of model.Status and model.Outcome.

-- One row a run. A run is visible when its row is: all its rows are committed together.
CREATE TABLE runs (
    run_id BIGINT,              -- 32 bits of started_at in seconds since 1970, 31 bits derived from the uuid
    uuid UUID,
    job_id BIGINT,              -- model.stable_id(job)
    job VARCHAR,
    project VARCHAR,
    pipeline VARCHAR,
    branch VARCHAR,
    change VARCHAR,
    patchset VARCHAR,
    ref VARCHAR,
    ref_url VARCHAR,
    buildset VARCHAR,
    provider VARCHAR,
    voting BOOLEAN,             -- null when unknown
    result VARCHAR,             -- the CI system's own word, '' when it said none
    outcome UTINYINT,
    log_url VARCHAR,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,         -- null when unknown
    received_at TIMESTAMP,      -- when this version of the run was committed
    results_at TIMESTAMP,       -- what results.start_us counts from; the same as started_at when nobody gave that
    success UINTEGER,           -- results by status
    fail UINTEGER,
    skip UINTEGER,
    xfail UINTEGER,
    uxsuccess UINTEGER,
    incomplete UINTEGER,
    test_us BIGINT,             -- sum of the durations of its results
    processes_failed UINTEGER,  -- test processes that ended with an error
    damage VARCHAR[],           -- what was not sound in its results
    tag_sets VARCHAR[][]        -- what results.tags points into, from 0
);

-- Free metadata of runs.
CREATE TABLE run_metadata (
    run_id BIGINT,
    key VARCHAR,
    value VARCHAR
);

-- One row a test that was ever seen.
CREATE TABLE tests (
    test_id BIGINT,             -- model.stable_id(name)
    name VARCHAR,
    attributes VARCHAR          -- as first seen; runs that differ have rows in result_attributes
);

-- One row an attempt at a test in a run: by far the largest table, so each column is as narrow as it can be.
CREATE TABLE results (
    run_id BIGINT,
    job_id BIGINT,
    test_id BIGINT,
    status UTINYINT,
    attempt UINTEGER ,
    start_us BIGINT,            -- microseconds since runs.results_at; null when the source had no time
    duration_us BIGINT,         -- microseconds; null when the source had no start or no end
    end_only BOOLEAN,           -- true when the source had only an end, which then stands in start_us
    tags UINTEGER               -- index into runs.tag_sets
);

-- Attributes of a result where they differ from those of its test.
CREATE TABLE result_attributes (
    run_id BIGINT,
    test_id BIGINT,
    attempt UINTEGER ,
    attributes VARCHAR
);

-- Results that failed, failed as expected, or never ended, once more, with the line that says why. Few, and kept for years.
CREATE TABLE failures (
    run_id BIGINT,
    job_id BIGINT,
    test_id BIGINT,
    status UTINYINT,
    attempt UINTEGER ,
    start_us BIGINT,
    duration_us BIGINT,
    message VARCHAR
);

-- Files that results, or runs, carry: tracebacks, skip reasons, output.
CREATE TABLE attachments (
    run_id BIGINT,
    test_id BIGINT,             -- null: a file of the run itself
    attempt UINTEGER ,
    position UINTEGER ,         -- order within the result
    name VARCHAR,
    mime_type VARCHAR,
    bytes BIGINT,               -- size before any cut
    content BLOB
);

-- Who may write. Tokens are long and random, so a plain SHA-256 of each is enough.
CREATE TABLE tokens (
    name VARCHAR,
    hash BLOB,
    created_at TIMESTAMP
);
