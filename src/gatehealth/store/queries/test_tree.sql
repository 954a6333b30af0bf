-- Which parts of test names come next below a node of the tree of names, and what do the results of the tests there come to?
-- $prefix: the node's path, '' for the root; $test_ids: JSON list of BIGINT, the tests below it, or null for all; $whole, $told,
-- $batches: JSON lists of UINTEGER, see tallied_results; $limit, $offset: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: total, parts there are, the same in each row; part (null in the only row when $offset is behind the last one); test,
-- the whole name when a test is called so, else null; further, whether there are parts below this one; tests, how many were ever
-- seen at or below it; their results in the period by status. By part.
WITH below AS (
    SELECT test_id, name, substr(path, CASE WHEN $prefix = '' THEN 1 ELSE length($prefix) + 2 END) AS rest
    FROM (SELECT test_id, name, tree_path(name) AS path FROM tests)
    WHERE $prefix = '' OR (starts_with(path, $prefix || '.') AND length(path) > length($prefix) + 1)
),
counted AS (
    SELECT
        test_id,
        sum(success) AS success,
        sum(fail) AS fail,
        sum(skip) AS skip,
        sum(xfail) AS xfail,
        sum(uxsuccess) AS uxsuccess,
        sum(incomplete) AS incomplete
    FROM tallied_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $whole, $told, $batches, $closed_since, $closed_until,
        $test_ids, $job_ids
    )
    GROUP BY test_id
),
parts AS (
    SELECT
        coalesce(nullif(node, ''), rest) AS part,
        min(name) FILTER (node = '') AS test,
        bool_or(node <> '') AS further,
        count(*) AS tests,
        coalesce(sum(success), 0)::BIGINT AS success,
        coalesce(sum(fail), 0)::BIGINT AS fail,
        coalesce(sum(skip), 0)::BIGINT AS skip,
        coalesce(sum(xfail), 0)::BIGINT AS xfail,
        coalesce(sum(uxsuccess), 0)::BIGINT AS uxsuccess,
        coalesce(sum(incomplete), 0)::BIGINT AS incomplete
    FROM (SELECT test_id, name, rest, tree_node(rest) AS node FROM below) LEFT JOIN counted USING (test_id)
    GROUP BY part
)
SELECT total, page.*
FROM (SELECT count(*) AS total FROM parts) LEFT JOIN (SELECT * FROM parts ORDER BY part LIMIT $limit OFFSET $offset) AS page ON true
ORDER BY part
