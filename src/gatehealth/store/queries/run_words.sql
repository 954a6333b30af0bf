-- By which words of the CI system did runs of the period end, and which run of each is the newest? The most frequent first.
-- $q: regular expression that the job's name must contain, or null.
-- $meta_key, $meta_value: only runs whose value of this fact or free metadata key is that ('': which have none), or null.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: runs_ended (how many), and those of the table, of the newest. An outcome each, where runs of a word have several.
SELECT runs_ended, runs.*
FROM (
    SELECT count(*) AS runs_ended, max(run_id) AS run_id
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE ($q IS NULL OR regexp_matches(job, $q, 'i'))
      AND has_value(run_id, $meta_key, $meta_value, $since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    GROUP BY result, outcome
)
JOIN runs USING (run_id)
ORDER BY runs_ended DESC, result, outcome
