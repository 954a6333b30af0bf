-- How many builds of each source were fetched, with results ('') and without, and why? Reads all of them: asked once, at the start.
-- Columns: source, lack, builds.
SELECT source, lack, count(*) AS builds FROM fetched_builds GROUP BY source, lack
