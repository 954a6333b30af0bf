-- Which of these builds wait, and in which version?
-- $source: VARCHAR; $uuids: JSON list of UUID
-- Columns: uuid, version, known_at, known_by, tries, again.
SELECT uuid, version, known_at, known_by, tries, again
FROM waiting_builds
WHERE source = $source AND uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
