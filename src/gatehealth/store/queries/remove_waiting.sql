-- Removes builds from those that wait.
-- $source: VARCHAR; $uuids: JSON list of UUID
DELETE FROM waiting_builds WHERE source = $source AND uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
