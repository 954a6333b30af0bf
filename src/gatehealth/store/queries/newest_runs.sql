-- Which run of each pipeline started last? The newest first; '' is the pipeline of runs of which nobody said one.
-- Columns: pipeline, uuid, started_at, received_at.
SELECT pipeline, uuid, started_at, received_at
FROM (SELECT max(run_id) AS run_id FROM runs GROUP BY pipeline) JOIN runs USING (run_id)
ORDER BY run_id DESC
