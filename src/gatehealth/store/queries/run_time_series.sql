-- How long did passing runs take, by bucket of time?
-- $q: regular expression that the job's name must contain, or null; $width_us: BIGINT, width of a bucket.
-- The common filters: $since, $until TIMESTAMP; $project, $pipeline, $branch, $job, $provider VARCHAR[] or null; $voting BOOLEAN or null.
-- Columns: bucket, counted from 1970 in widths; n; mean, deviation (as a sample, n - 1; null below two), fastest, slowest, all in seconds.
-- Buckets without passing runs have no row.
SELECT
    epoch_us(started_at) // $width_us AS bucket,
    count(*) AS n,
    avg(seconds) AS mean,
    stddev_samp(seconds) AS deviation,
    min(seconds) AS fastest,
    max(seconds) AS slowest
FROM (
    SELECT started_at, (epoch_us(ended_at) - epoch_us(started_at)) / 1e6 AS seconds
    FROM filtered_runs($since, $until, $project, $pipeline, $branch, $job, $provider, $voting)
    WHERE outcome = 0 AND ended_at IS NOT NULL AND ($q IS NULL OR regexp_matches(job, $q, 'i'))
)
GROUP BY bucket
