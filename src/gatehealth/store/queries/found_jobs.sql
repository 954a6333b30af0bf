-- Which jobs have this text in their name? The whole name first, then names that begin with it, then those that have it at the
-- beginning of a word, then the others; by name.
-- $q: VARCHAR, in any case; $limit: BIGINT.
-- Columns: name, newest_run_at, total (before the limit).
WITH found AS (
    -- Grouped first: names are few, so the text is looked for in few.
    SELECT job AS name, max(started_at) AS newest_run_at
    FROM runs
    WHERE job <> ''
    GROUP BY job
    HAVING contains(lower(job), lower($q))
)
SELECT name, newest_run_at, count(*) OVER () AS total
FROM found
ORDER BY fit(name, $q), name
LIMIT $limit
