-- How many builds of each source wait, and since when?
-- Columns: source; waiting; waiting_first, those that were never fetched; retrying, those that were tried; oldest_waiting_at, when
-- the one that ended first did so.
SELECT
    source,
    count(*) AS waiting,
    count(*) FILTER (NOT again) AS waiting_first,
    count(*) FILTER (tries > 0) AS retrying,
    min(ended_at) AS oldest_waiting_at
FROM waiting_builds
GROUP BY source
