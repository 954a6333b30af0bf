-- Runs told by their suites, so that results are counted under any filter of runs without being read.

-- What a run gives that is like others of its job: its tests, and how the first attempt at each ends. A suite is called by its
-- content, so equal ones are one.
CREATE TABLE suites (
    suite UBIGINT,
    test_id BIGINT,
    status UTINYINT
);

-- How a run differs from its suite: results of a test with a status that it has beyond it (n > 0), or lacks (n < 0). So the
-- results of any runs are those of their suites, and the sum of these.
CREATE TABLE deviations (
    batch UINTEGER,
    job_id BIGINT,
    number UINTEGER,
    test_id BIGINT,
    status UTINYINT,
    n INTEGER
);

ALTER TABLE closed_runs ADD COLUMN suite UBIGINT;   -- null until the batch's runs are told
ALTER TABLE closings ADD COLUMN told BOOLEAN;       -- whether each of its runs has its suite and its deviations
UPDATE closings SET told = false;
