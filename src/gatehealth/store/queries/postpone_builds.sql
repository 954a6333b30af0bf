-- Notes of builds that they could not be fetched, and when to try again. One that has another version by now is left as it is.
-- $source: VARCHAR; $builds: JSON list of objects
WITH tried AS (
    SELECT unnest(from_json($builds, '[{
        "uuid": "UUID", "version": "VARCHAR", "next_try_at": "TIMESTAMP", "why": "VARCHAR"
    }]'), max_depth := 2)
)
UPDATE waiting_builds SET tries = tries + 1, next_try_at = tried.next_try_at, why = tried.why
FROM tried
WHERE source = $source AND waiting_builds.uuid = tried.uuid AND waiting_builds.version = tried.version
