-- Makes a merged batch visible in place of those it was made of.
-- $batch: UINTEGER; $sources: JSON list of UINTEGER
UPDATE closings SET
    state = 'closed',
    closed_at = (SELECT max(closed_at) FROM closings WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]')))),
    results = (SELECT count(*) FROM closed_results WHERE batch = $batch)
WHERE batch = $batch;
UPDATE closings SET state = 'dropped' WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]')));
DELETE FROM closed_runs WHERE batch IN (SELECT unnest(from_json($sources, '["UINTEGER"]')));
