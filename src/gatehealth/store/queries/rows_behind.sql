-- Which rows of a table have something in blocks behind a limit? By row group, neighbours joined.
-- $table: VARCHAR; $limit: BIGINT, number of a block
-- Columns: first (row id), rows.
WITH groups AS (
    SELECT row_group_id, sum(count) FILTER (column_id = 0 AND segment_type <> 'VALIDITY') AS rows, max(block_id) AS block
    FROM pragma_storage_info($table)
    GROUP BY row_group_id
),
placed AS (SELECT *, sum(rows) OVER (ORDER BY row_group_id) - rows AS first FROM groups)
SELECT first::BIGINT AS first, rows::BIGINT AS rows FROM placed WHERE block >= $limit ORDER BY first
