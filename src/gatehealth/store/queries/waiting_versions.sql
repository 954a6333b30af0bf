-- Which of these builds wait, in which version, and what did messages say of them?
-- $source: VARCHAR; $uuids: JSON list of UUID
-- Columns: uuid, version, extra, known_at, known_by, tries, again.
SELECT uuid, version, extra, known_at, known_by, tries, again
FROM waiting_builds
WHERE source = $source AND uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
