-- How many runs of each outcome has each value of one metadata key in each bucket of time?
-- $key: a fact or a free metadata key; $values: JSON list of the values wanted; $width_us: BIGINT, width of a bucket.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: value; bucket, counted from 1970 in widths; outcome; runs. Buckets without runs have no row.
SELECT value, epoch_us(started_at) // $width_us AS bucket, outcome, count(*) AS runs
FROM keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE value IN (SELECT unnest(from_json($values, '["VARCHAR"]')))
GROUP BY ALL
