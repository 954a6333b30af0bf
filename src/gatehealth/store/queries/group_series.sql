-- How many runs of some outcomes has each of some values of one metadata key in each bucket of time, and how many are all the
-- others?
-- $key: a fact or a free metadata key; $values: JSON list of the values wanted; $width_us: BIGINT, width of a bucket.
-- $outcomes: UTINYINT[], those that are counted by value.
-- $q: regular expression that a value must contain, be it wanted or another one, or null.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: place of the value in $values, from 1 (0: any other value, and all values of other outcomes); bucket, counted from
-- 1970 in widths; outcome; runs. Buckets without runs have no row.
SELECT
    CASE WHEN list_contains($outcomes, outcome) THEN coalesce(place, 0) ELSE 0 END AS place,
    epoch_us(started_at) // $width_us AS bucket,
    outcome,
    count(*) AS runs
FROM keyed_runs($key, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
LEFT JOIN (
    SELECT unnest(wanted) AS value, generate_subscripts(wanted, 1)::INTEGER AS place
    FROM (SELECT from_json($values, '["VARCHAR"]') AS wanted)
) USING (value)
WHERE ($q IS NULL OR regexp_matches(value, $q, 'i'))
  AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
GROUP BY ALL
