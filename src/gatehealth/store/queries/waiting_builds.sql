-- Which builds of a source are to be fetched now? The newest first: those are looked at; a back-fill goes on behind them.
-- $source: VARCHAR; $now: TIMESTAMP; $but: JSON list of UUID, those that are under way; $n: INTEGER
-- Columns: uuid, ended_at, version, document, extra, known_at, known_by, tries.
SELECT uuid, ended_at, version, document, extra, known_at, known_by, tries
FROM waiting_builds
WHERE source = $source AND next_try_at <= $now AND uuid NOT IN (SELECT unnest(from_json($but, '["UUID"]')))
ORDER BY ended_at DESC, uuid
LIMIT $n
