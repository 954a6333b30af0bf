-- How many runs of each outcome has each value of one metadata key in each bucket of time?
-- $key: a fact or a free metadata key; $values: JSON list of the values wanted; $width_us: BIGINT, width of a bucket.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: place of the value in $values, from 1; bucket, counted from 1970 in widths; outcome; runs. Buckets without runs
-- have no row.
SELECT place, epoch_us(started_at) // $width_us AS bucket, outcome, count(*) AS runs
FROM keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
JOIN (
    SELECT unnest(wanted) AS value, generate_subscripts(wanted, 1)::INTEGER AS place
    FROM (SELECT from_json($values, '["VARCHAR"]') AS wanted)
) USING (value)
GROUP BY ALL
