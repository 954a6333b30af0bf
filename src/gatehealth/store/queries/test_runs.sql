-- Which single results has a test, newest first? Of more than $limit, those that failed or never ended are taken before others;
-- of what is too much of either kind, every so-manieth in the order of time, from the newest on.
-- $test_id: BIGINT; $batches: JSON list of UINTEGER, those with results of the period; $limit: BIGINT.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null;
-- $job_ids: JSON list of BIGINT, the ids of $job, or null.
-- $closed_since, $closed_until: TIMESTAMP, see filtered_results.
-- Columns: total, results there are, the same in each row; started_at, of the result, or of its run where the result has no start;
-- duration_us; status; attempt; and of the run: uuid, job, pipeline.
WITH found AS (
    SELECT
        run_id,
        status IN (1, 4, 5) AS bad,
        status,
        attempt,
        duration_us,
        CASE WHEN start_us IS NULL OR end_only THEN started_at ELSE results_at + to_microseconds(start_us) END AS at_moment
    FROM filtered_results(
        $since, $until, $project, $pipeline, $branch, $job, $provider, $voting, $batches, $closed_since, $closed_until,
        NULL, $test_id, $job_ids
    )
    JOIN (SELECT run_id, results_at FROM runs) USING (run_id)
),
placed AS (
    SELECT
        *,
        count(*) OVER () AS total,
        count(*) OVER (PARTITION BY bad) AS of_kind,
        row_number() OVER (PARTITION BY bad ORDER BY at_moment DESC, run_id DESC, attempt DESC) - 1 AS place
    FROM found
),
shared AS (
    SELECT
        *,
        CASE WHEN bad THEN least(of_kind, $limit) ELSE least(of_kind, greatest($limit - (total - of_kind), 0)) END AS places
    FROM placed
)
SELECT total, at_moment AS started_at, duration_us, status, attempt, uuid, job, pipeline
FROM shared JOIN (SELECT run_id, uuid, job, pipeline FROM runs) USING (run_id)
WHERE place * places % of_kind < places
ORDER BY at_moment DESC, run_id DESC, attempt DESC
