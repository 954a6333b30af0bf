-- What is stored of the runs that the writer is about to store: whole rows, with the free metadata of each.
-- $uuids: JSON list of UUID
-- The runs are found first: as a subquery of each run, the metadata of all runs would be put together before any run is looked for.
WITH found AS MATERIALIZED (
    SELECT * FROM runs WHERE uuid IN (SELECT unnest(from_json($uuids, '["UUID"]')))
)
SELECT found.*, coalesce(metadata, MAP {}) AS metadata
FROM found
LEFT JOIN (
    SELECT run_id, map_from_entries(list((key, value) ORDER BY key)) AS metadata
    FROM run_metadata
    WHERE run_id IN (SELECT run_id FROM found)
    GROUP BY run_id
) USING (run_id)
