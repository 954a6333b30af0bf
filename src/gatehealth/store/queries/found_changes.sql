-- Which changes have a number that is, or begins with, this one? By project, as each has its own numbers. The number itself
-- first, then those with the newest runs. With one or two digits begin too many to be sorted for it: only the number itself.
-- $q: VARCHAR; $limit: BIGINT.
-- Columns: change_runs; total (before the limit); of the newest run, those of the table.
WITH found AS (
    SELECT project, change, count(*) AS change_runs, max(run_id) AS run_id, count(*) OVER () AS total
    FROM runs
    WHERE starts_with(change, $q) AND (length($q) > 2 OR change = $q)
    GROUP BY project, change
    ORDER BY change <> $q, run_id DESC
    LIMIT $limit
)
SELECT found.change_runs, found.total, runs.*
FROM found JOIN runs USING (run_id)
ORDER BY runs.change <> $q, run_id DESC
