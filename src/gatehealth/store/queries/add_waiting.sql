-- Adds builds to those that wait; each was removed from them before.
-- $source: VARCHAR; $builds: JSON list of objects
INSERT INTO waiting_builds BY NAME
SELECT $source AS source, unnest(from_json($builds, '[{
    "uuid": "UUID", "ended_at": "TIMESTAMP", "version": "VARCHAR", "document": "VARCHAR", "extra": "VARCHAR",
    "known_at": "TIMESTAMP", "known_by": "VARCHAR", "tries": "UINTEGER", "next_try_at": "TIMESTAMP", "why": "VARCHAR",
    "again": "BOOLEAN"
}]'), max_depth := 2)
