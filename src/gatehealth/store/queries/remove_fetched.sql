-- Removes builds from those that were fetched, and says what they were.
-- $source: VARCHAR; $uuids: JSON list of UUID
-- Columns: lack.
DELETE FROM fetched_builds WHERE source = $source AND uuid IN (SELECT unnest(from_json($uuids, '["UUID"]'))) RETURNING lack
