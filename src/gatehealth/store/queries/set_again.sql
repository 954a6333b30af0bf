-- Notes of builds that wait that an earlier version of each was fetched.
-- $source: VARCHAR; $uuids: JSON list of UUID
UPDATE waiting_builds SET again = true
WHERE source = $source AND uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
