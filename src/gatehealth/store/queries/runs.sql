-- Which are the newest runs of the period?
-- $q: regular expression that the job's name must contain, or null; $outcomes: UTINYINT[] wanted, or null; $limit: BIGINT.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: those of the table.
SELECT *
FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
WHERE ($outcomes IS NULL OR list_contains($outcomes::UTINYINT[], outcome)) AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
  AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
ORDER BY started_at DESC, run_id DESC
LIMIT $limit
