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

-- All results, wherever they lie: in the order in which they came, or on closed days (then in whole milliseconds).
CREATE OR REPLACE VIEW every_result AS
SELECT run_id, job_id, test_id, status, attempt, start_us, duration_us, end_only, tags
FROM results
WHERE run_id NOT IN (SELECT run_id FROM closed_runs JOIN closings USING (batch) WHERE NOT cleaned)
UNION ALL
SELECT run_id, job_id, test_id, status, attempt, start_ms * 1000, duration_ms * 1000, end_only, tags
FROM closed_results JOIN closed_runs USING (batch, number) JOIN closings USING (batch);
