-- What several questions share: macros and a view. Created anew when this file changes, so they always fit the code that asks.

-- Runs of a period under the common filters. A null filter lets everything through.
CREATE OR REPLACE MACRO filtered_runs(since, until, projects, pipelines, branches, jobs, providers, only_voting) AS TABLE
SELECT * FROM runs
WHERE started_at >= since AND started_at < until
  AND (projects IS NULL OR list_contains(projects, project))
  AND (pipelines IS NULL OR list_contains(pipelines, pipeline))
  AND (branches IS NULL OR list_contains(branches, branch))
  AND (jobs IS NULL OR list_contains(jobs, job))
  AND (providers IS NULL OR list_contains(providers, provider))
  AND (only_voting IS NULL OR voting = only_voting);

-- The same runs, each with its value of one metadata key: a fact of the run, or free metadata; '' where a run has none.
-- The key is a constant of each question, so the planner drops the branch that cannot hold.
CREATE OR REPLACE MACRO keyed_runs(key, since, until, projects, pipelines, branches, jobs, providers, only_voting) AS TABLE
SELECT run_id, outcome, started_at,
    CASE key WHEN 'project' THEN project WHEN 'pipeline' THEN pipeline WHEN 'job' THEN job WHEN 'branch' THEN branch
             WHEN 'provider' THEN provider WHEN 'result' THEN result WHEN 'change' THEN change
             WHEN 'patchset' THEN patchset WHEN 'ref' THEN ref WHEN 'buildset' THEN buildset
             WHEN 'voting' THEN CASE voting WHEN true THEN 'true' WHEN false THEN 'false' ELSE '' END END AS value
FROM filtered_runs(since, until, projects, pipelines, branches, jobs, providers, only_voting)
WHERE key IN ('project', 'pipeline', 'job', 'branch', 'provider', 'result', 'change', 'patchset', 'ref', 'buildset', 'voting')
UNION ALL
SELECT run_id, outcome, started_at, coalesce(metadata.value, '')
FROM filtered_runs(since, until, projects, pipelines, branches, jobs, providers, only_voting)
LEFT JOIN (SELECT run_id, value FROM run_metadata WHERE run_metadata.key = key) AS metadata USING (run_id)
WHERE key NOT IN ('project', 'pipeline', 'job', 'branch', 'provider', 'result', 'change', 'patchset', 'ref', 'buildset', 'voting');

-- Whether a run's value of one metadata key is that ('': whether it has none); a null key lets every run through.
CREATE OR REPLACE MACRO has_value(
    run, key, wanted, since, until, projects, pipelines, branches, jobs, providers, only_voting
) AS
key IS NULL OR run IN (
    SELECT run_id FROM keyed_runs(key, since, until, projects, pipelines, branches, jobs, providers, only_voting)
    WHERE value = wanted
);

-- How well a name that contains a text fits it, best first: it is the text, begins with it, has it at the beginning of a word.
CREATE OR REPLACE MACRO fit(name, words) AS
CASE WHEN lower(name) = lower(words) THEN 0
     WHEN starts_with(lower(name), lower(words)) THEN 1
     WHEN regexp_matches(lower(name), '[^a-z0-9]' || regexp_escape(lower(words))) THEN 2
     ELSE 3 END;

-- Run ids of a period: no run that started at or after `since` has a smaller one than the first, none that started before
-- `until` a larger one than the last. What belongs to runs lies in about their order, so such a range is found quickly.
CREATE OR REPLACE MACRO first_run_id(since) AS greatest(0, least(epoch_us(since) // 1000000, 4294967295)) << 31;
CREATE OR REPLACE MACRO last_run_id(until) AS greatest(0, least((epoch_us(until) - 1) // 1000000, 4294967295)) << 31 | 2147483647;

-- Whether the filters are a period of whole seconds of this age and nothing else.
CREATE OR REPLACE MACRO only_period(since, until, projects, pipelines, branches, jobs, providers, only_voting) AS
    projects IS NULL AND pipelines IS NULL AND branches IS NULL AND jobs IS NULL AND providers IS NULL AND only_voting IS NULL
    AND epoch_us(since) % 1000000 = 0 AND epoch_us(until) % 1000000 = 0
    AND epoch_us(since) >= 0 AND epoch_us(until) < 4294967296000000;

-- Results of the runs of a period under the common filters that failed, or never ended. Where a range of run ids is the whole
-- filter, runs are not looked at; the planner drops the branch that cannot hold.
CREATE OR REPLACE MACRO filtered_failures(since, until, projects, pipelines, branches, jobs, providers, only_voting) AS TABLE
SELECT * FROM failures
WHERE status IN (1, 4, 5)
  AND run_id BETWEEN first_run_id(since) AND last_run_id(until)
  AND only_period(since, until, projects, pipelines, branches, jobs, providers, only_voting)
UNION ALL
SELECT * FROM failures
WHERE status IN (1, 4, 5)
  AND run_id BETWEEN first_run_id(since) AND last_run_id(until)
  AND NOT only_period(since, until, projects, pipelines, branches, jobs, providers, only_voting)
  AND run_id IN (SELECT run_id FROM filtered_runs(since, until, projects, pipelines, branches, jobs, providers, only_voting));

-- The same with their test's name, narrowed by what they say: a regular expression that the name must contain, the whole name,
-- and words that the message must contain in any case. A null one lets everything through.
CREATE OR REPLACE MACRO named_failures(
    since, until, projects, pipelines, branches, jobs, providers, only_voting, pattern, whole_name, words
) AS TABLE
SELECT found.*, name AS test
FROM filtered_failures(since, until, projects, pipelines, branches, jobs, providers, only_voting) AS found
JOIN tests USING (test_id)
WHERE (pattern IS NULL OR regexp_matches(name, pattern, 'i'))
  AND (whole_name IS NULL OR name = whole_name)
  AND (words IS NULL OR contains(lower(message), lower(words)));

-- Microseconds in units, to the nearest, halves up; null stays null. What is rounded stays what it is when it is rounded again.
CREATE OR REPLACE MACRO in_units(us, unit_us) AS
CASE WHEN us + unit_us // 2 >= 0 THEN (us + unit_us // 2) // unit_us ELSE -((unit_us - 1 - us - unit_us // 2) // unit_us) END;

-- A duration as it is counted: whole milliseconds, to the nearest. Null when there is none, or when it is below zero or one of 24
-- days and more, which only a wrong clock gives; so its square has a place in 64 bits.
CREATE OR REPLACE MACRO counted_ms(us) AS CASE WHEN us BETWEEN -500 AND 2147483647499 THEN in_units(us, 1000) END;

-- Batches whose results are seen.
CREATE OR REPLACE VIEW visible_batches AS SELECT * FROM closings WHERE state IN ('hiding', 'closed', 'expiring');

-- Results that are in no batch, in the order in which they came.
CREATE OR REPLACE VIEW open_results AS
SELECT * FROM results
WHERE run_id NOT IN (SELECT run_id FROM closed_runs JOIN closings USING (batch) WHERE state = 'hiding');

-- All results, wherever they lie.
CREATE OR REPLACE VIEW every_result AS
SELECT run_id, job_id, test_id, status, attempt, start_us, duration_us, end_only, tags FROM open_results
UNION ALL
SELECT run_id, job_id, test_id, status, attempt, start * start_unit_us, duration * duration_unit_us, end_only, tags
FROM closed_results JOIN closed_runs USING (batch, job_id, number) JOIN visible_batches USING (batch);

-- Results of the runs of a period under the common filters: those that are in no batch, and those of some batches. A null filter
-- lets everything through. batches, test_ids and job_ids are JSON lists; job_ids are those of `jobs`. closed_since, closed_until: the
-- part of the period in which runs of these batches can have started, so that others need not be put into a hash table. one_test: a
-- single test, which is read faster than a list of one.
CREATE OR REPLACE MACRO filtered_results(
    since, until, projects, pipelines, branches, jobs, providers, only_voting, batches, closed_since, closed_until, test_ids,
    one_test, job_ids
) AS TABLE
SELECT run_id, started_at, test_id, status, attempt, start_us, duration_us, end_only
FROM (
    SELECT * FROM open_results
    WHERE run_id BETWEEN first_run_id(since) AND last_run_id(until)
      AND (one_test IS NULL OR test_id = one_test)
      AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
      AND (job_ids IS NULL OR list_contains(from_json(job_ids, '["BIGINT"]'), job_id))
)
-- Few runs have open results: the others need not be put into a hash table.
JOIN (
    SELECT run_id, started_at
    FROM filtered_runs(since, until, projects, pipelines, branches, jobs, providers, only_voting)
    WHERE run_id >= (SELECT min(run_id) FROM results)
) USING (run_id)
UNION ALL
SELECT run_id, started_at, test_id, status, attempt, start * start_unit_us, duration * duration_unit_us, end_only
FROM (
    SELECT * FROM closed_results
    WHERE batch IN (SELECT unnest(from_json(batches, '["UINTEGER"]')))
      AND (one_test IS NULL OR test_id = one_test)
      AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
      -- Few tests are looked for in the scan itself as well, which then reads the other columns only where they are.
      AND (test_ids IS NULL OR json_array_length(test_ids) > 200 OR list_contains(from_json(test_ids, '["BIGINT"]'), test_id))
      -- Sorted by test, a job's results lie everywhere: a list is faster here than a join that looks for them by ranges.
      AND (job_ids IS NULL OR list_contains(from_json(job_ids, '["BIGINT"]'), job_id))
)
JOIN (
    SELECT batch, job_id, number, run_id, started_at, start_unit_us, duration_unit_us
    FROM closed_runs
    JOIN (SELECT * FROM closings WHERE batch IN (SELECT unnest(from_json(batches, '["UINTEGER"]')))) USING (batch)
    JOIN (
        SELECT run_id, started_at
        FROM filtered_runs(closed_since, closed_until, projects, pipelines, branches, jobs, providers, only_voting)
    ) USING (run_id)
) USING (batch, job_id, number);

-- What the results of the runs of a period come to, by test, in rows that are to be summed: counters of the batches `whole`, of
-- which every run is of the period, and for the rest results as above. There must be no whole batches when there are other
-- filters than the pipeline and the job, or when a bucket is a part of a day.
-- width_us: the width of a bucket of time, or null.
-- Columns: bucket, of the runs' start, counted from 1970 in widths (null without a width); test_id; results by status; and of
-- the successes that have a duration: timed, sum_ms, squares_ms2, min_ms, max_ms.
CREATE OR REPLACE MACRO counted_results(
    width_us, since, until, projects, pipelines, branches, jobs, providers, only_voting, whole, batches, closed_since,
    closed_until, test_ids, one_test, job_ids
) AS TABLE
WITH of_batches AS (
    SELECT batch, CASE WHEN width_us IS NOT NULL THEN day * 86400000000 // width_us END AS bucket
    FROM closings
    WHERE batch IN (SELECT unnest(from_json(whole, '["UINTEGER"]')))
)
SELECT
    bucket,
    test_id,
    success,
    fail,
    skip,
    xfail,
    uxsuccess,
    incomplete,
    success - untimed AS timed,
    sum_ms,
    squares_ms2,
    min_ms,
    max_ms
FROM total_counters JOIN of_batches USING (batch)
WHERE job_ids IS NULL AND pipelines IS NULL
  AND (one_test IS NULL OR test_id = one_test)
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
UNION ALL
SELECT
    bucket,
    test_id,
    success,
    fail,
    skip,
    xfail,
    uxsuccess,
    incomplete,
    success - untimed,
    sum_ms,
    squares_ms2,
    min_ms,
    max_ms
FROM test_counters JOIN of_batches USING (batch)
WHERE job_ids IS NULL AND list_contains(pipelines, pipeline)
  AND (one_test IS NULL OR test_id = one_test)
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
UNION ALL
SELECT
    bucket,
    test_id,
    success,
    fail,
    skip,
    xfail,
    uxsuccess,
    incomplete,
    success - untimed,
    sum_ms,
    squares_ms2,
    min_ms,
    max_ms
FROM counters JOIN of_batches USING (batch)
WHERE job_ids IS NOT NULL
  AND job_id IN (SELECT unnest(from_json(job_ids, '["BIGINT"]')))
  AND (one_test IS NULL OR test_id = one_test)
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
  AND (pipelines IS NULL OR list_contains(pipelines, pipeline))
UNION ALL
SELECT
    bucket,
    test_id,
    coalesce(sum(n) FILTER (status = 0), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 1), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 2), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 3), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 4), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 5), 0)::UINTEGER,
    coalesce(sum(timed) FILTER (status = 0), 0)::UINTEGER,
    coalesce(sum(sum_ms) FILTER (status = 0), 0)::BIGINT,
    coalesce(sum(squares_ms2) FILTER (status = 0), 0)::HUGEINT,
    min(min_ms) FILTER (status = 0),
    max(max_ms) FILTER (status = 0)
FROM (
    -- By status first: of millions of results that is half the work of counting each status by itself.
    SELECT
        bucket,
        test_id,
        status,
        count(*) AS n,
        count(ms) AS timed,
        sum(ms) AS sum_ms,
        sum(ms * ms) AS squares_ms2,
        min(ms) AS min_ms,
        max(ms) AS max_ms
    FROM (
        SELECT
            CASE WHEN width_us IS NOT NULL THEN epoch_us(started_at) // width_us END AS bucket,
            test_id,
            status,
            counted_ms(duration_us) AS ms
        FROM filtered_results(
            since, until, projects, pipelines, branches, jobs, providers, only_voting, batches, closed_since, closed_until,
            test_ids, one_test, job_ids
        )
    )
    GROUP BY ALL
)
GROUP BY ALL;

-- What the results of the runs of a period come to, by test and status, in rows that are to be summed: counters of the batches
-- `whole`, as above; of the batches `told` the suites of the runs and their deviations; and for the rest results.
-- whole, told, batches: JSON lists of UINTEGER.
-- Columns: test_id; results by status.
CREATE OR REPLACE MACRO tallied_results(
    since, until, projects, pipelines, branches, jobs, providers, only_voting, whole, told, batches,
    closed_since, closed_until, test_ids, job_ids
) AS TABLE
WITH fitting AS MATERIALIZED (
    SELECT batch, closed_runs.job_id, number, suite
    FROM closed_runs
    JOIN filtered_runs(closed_since, closed_until, projects, pipelines, branches, jobs, providers, only_voting) USING (run_id)
    WHERE batch IN (SELECT unnest(from_json(told, '["UINTEGER"]')))
)
SELECT test_id, success, fail, skip, xfail, uxsuccess, incomplete
FROM total_counters
WHERE job_ids IS NULL AND pipelines IS NULL
  AND batch IN (SELECT unnest(from_json(whole, '["UINTEGER"]')))
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
UNION ALL
SELECT test_id, success, fail, skip, xfail, uxsuccess, incomplete
FROM test_counters
WHERE job_ids IS NULL AND list_contains(pipelines, pipeline)
  AND batch IN (SELECT unnest(from_json(whole, '["UINTEGER"]')))
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
UNION ALL
SELECT test_id, success, fail, skip, xfail, uxsuccess, incomplete
FROM counters
WHERE job_ids IS NOT NULL
  AND batch IN (SELECT unnest(from_json(whole, '["UINTEGER"]')))
  AND job_id IN (SELECT unnest(from_json(job_ids, '["BIGINT"]')))
  AND (test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]'))))
  AND (pipelines IS NULL OR list_contains(pipelines, pipeline))
UNION ALL
SELECT
    test_id,
    coalesce(sum(n) FILTER (status = 0), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 1), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 2), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 3), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 4), 0)::UINTEGER,
    coalesce(sum(n) FILTER (status = 5), 0)::UINTEGER
FROM (
    SELECT test_id, status, sum(n) AS n
    FROM (
        SELECT test_id, status, n
        FROM suites JOIN (SELECT suite, count(*) AS n FROM fitting GROUP BY suite) USING (suite)
        WHERE test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]')))
        UNION ALL
        SELECT test_id, status, n
        FROM deviations SEMI JOIN fitting USING (batch, job_id, number)
        WHERE test_ids IS NULL OR test_id IN (SELECT unnest(from_json(test_ids, '["BIGINT"]')))
        UNION ALL
        SELECT test_id, status, 1
        FROM filtered_results(
            since, until, projects, pipelines, branches, jobs, providers, only_voting, batches, closed_since, closed_until,
            test_ids, NULL, job_ids
        )
    )
    GROUP BY ALL
    HAVING sum(n) > 0
)
GROUP BY ALL;

-- Durations of a test's successes, those of which are counted: in closed batches, of all runs. To be asked for one test: a filter by
-- a single value reads only where it is, a list of them much more. job_ids: JSON list of BIGINT, or null.
CREATE OR REPLACE MACRO durations_of(test, job_ids) AS TABLE
SELECT batch, job_id, number, test_id, duration
FROM closed_results
WHERE test_id = test AND status = 0 AND duration IS NOT NULL
  AND (job_ids IS NULL OR list_contains(from_json(job_ids, '["BIGINT"]'), job_id));

-- The mean of n durations in milliseconds, and their standard deviation as a sample (n - 1), null below two of them. The sums are
-- whole numbers, so both are the same in whatever order they were summed.
CREATE OR REPLACE MACRO mean_seconds(n, sum_ms) AS sum_ms / nullif(n, 0) / 1000;
CREATE OR REPLACE MACRO deviation_seconds(n, sum_ms, squares_ms2) AS
CASE WHEN n > 1 THEN sqrt((n::HUGEINT * squares_ms2 - sum_ms::HUGEINT * sum_ms) / (n::HUGEINT * (n - 1))) / 1000 END;

-- Where a test stands in the tree of dotted names: setUpClass (a.b.C) and its like beside the tests of a.b.C.
CREATE OR REPLACE MACRO tree_path(name) AS
CASE WHEN name LIKE 'setUp%' OR name LIKE 'tearDown%'
     THEN regexp_replace(name, '(?s)^((?:setUp|tearDown)(?:Class|Module) \((.+)\))$', '\2.\1')
     ELSE name END;

-- The first part of a path that has more than one, '' when it has not. Parts end at dots, but not at those behind a blank or a
-- bracket, which belong to what a test is called with, and no part is empty.
CREATE OR REPLACE MACRO tree_node(path) AS regexp_extract(path, '(?s)^([^ (\[][^. (\[]*)\..', 1);
