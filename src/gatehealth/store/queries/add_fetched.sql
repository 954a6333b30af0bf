-- Adds builds to those that were fetched; each was removed from them before.
-- $source: VARCHAR; $builds: JSON list of objects
INSERT INTO fetched_builds BY NAME
SELECT $source AS source, unnest(from_json($builds, '[{
    "uuid": "UUID", "ended_at": "TIMESTAMP", "version": "VARCHAR", "lack": "VARCHAR", "detail": "VARCHAR",
    "known_at": "TIMESTAMP", "known_by": "VARCHAR", "tries": "UINTEGER", "fetched_at": "TIMESTAMP"
}]'), max_depth := 2)
