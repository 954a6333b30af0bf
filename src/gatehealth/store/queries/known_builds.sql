-- What is known of these builds of a source? Of one that waits for its second fetch: what waits.
-- $source: VARCHAR; $uuids: JSON list of UUID
-- Columns: uuid, waits, ended_at, version, document, extra, known_at, known_by, tries, next_try_at, why, again.
WITH asked AS MATERIALIZED (SELECT unnest(from_json($uuids, '["UUID"]')) AS uuid),
waiting AS (SELECT * FROM waiting_builds WHERE source = $source AND uuid IN (FROM asked))
SELECT uuid, true AS waits, ended_at, version, document, extra, known_at, known_by, tries, next_try_at, why, again
FROM waiting
UNION ALL
SELECT uuid, false, ended_at, version, '', '{}', known_at, known_by, tries, NULL, '', true
FROM fetched_builds
WHERE source = $source AND uuid IN (FROM asked) AND uuid NOT IN (SELECT uuid FROM waiting)
