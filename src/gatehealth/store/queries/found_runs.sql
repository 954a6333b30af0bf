-- Which runs have a uuid that begins with some digits? Newest first. A uuid is 16 bytes, so reading all of them is quick.
-- $first, $last: VARCHAR, the lowest and the highest uuid that begin so; $limit: BIGINT.
-- Columns: those of the table; total (before the limit).
SELECT *, count(*) OVER () AS total
FROM runs
WHERE uuid BETWEEN $first::UUID AND $last::UUID
ORDER BY started_at DESC, run_id DESC
LIMIT $limit
