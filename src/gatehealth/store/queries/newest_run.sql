-- Which run started last?
-- Columns: uuid, started_at, received_at.
SELECT uuid, started_at, received_at FROM runs ORDER BY run_id DESC LIMIT 1
