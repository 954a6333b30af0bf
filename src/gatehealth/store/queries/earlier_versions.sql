-- What is stored of the runs that the writer is about to store: whole rows, with the free metadata of each.
-- $uuids: JSON list of UUID
SELECT runs.*,
    (SELECT coalesce(map_from_entries(list((key, value) ORDER BY key)), MAP {}) FROM run_metadata WHERE run_metadata.run_id = runs.run_id)
        AS metadata
FROM runs
WHERE uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
