-- Which runs are attempts at the same as one run: of its buildset, job, project and change with patchset (or ref)?
-- In the order of their start; a run without a buildset has only itself.
-- $run_id, $job_id: BIGINT; $buildset, $project, $change, $patchset, $ref: VARCHAR, those of the run.
-- Columns: those of the table.
SELECT *
FROM (
    -- Two scans with plain comparisons are faster than one with OR.
    SELECT * FROM runs WHERE run_id = $run_id
    UNION ALL
    SELECT *
    FROM runs
    WHERE run_id <> $run_id AND job_id = $job_id AND buildset = $buildset AND buildset <> ''
      AND project = $project AND change = $change
      -- A change's patchset says which ref it is; some sources know only one of them.
      AND CASE WHEN $change <> '' THEN patchset = $patchset ELSE ref = $ref END
)
ORDER BY started_at, run_id
