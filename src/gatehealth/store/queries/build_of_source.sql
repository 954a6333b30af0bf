-- What became of a build? Looked for among those that ended in a period: among all, each would be read.
-- $uuid: VARCHAR; $since, $until: TIMESTAMP
-- Columns: source; ended_at; known_at; known_by; fetched_at, null when it waits for the first time; lack ('' with results); detail;
-- waiting, whether it is to be fetched, maybe again; tries; why, the last one did not succeed.
WITH waiting AS (
    SELECT * FROM waiting_builds WHERE uuid = $uuid::UUID AND ended_at BETWEEN $since AND $until
),
fetched AS (
    SELECT * FROM fetched_builds WHERE uuid = $uuid::UUID AND ended_at BETWEEN $since AND $until
)
SELECT
    source,
    coalesce(waiting.ended_at, fetched.ended_at) AS ended_at,
    coalesce(fetched.known_at, waiting.known_at) AS known_at,
    coalesce(fetched.known_by, waiting.known_by) AS known_by,
    fetched_at,
    coalesce(lack, '') AS lack,
    coalesce(detail, '') AS detail,
    waiting.uuid IS NOT NULL AS waiting,
    coalesce(waiting.tries, fetched.tries) AS tries,
    coalesce(why, '') AS why
FROM waiting FULL JOIN fetched USING (source)
ORDER BY source
LIMIT 1
