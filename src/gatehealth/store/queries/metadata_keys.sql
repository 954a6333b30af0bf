-- Which free metadata keys do runs have?
-- Columns: key.
SELECT DISTINCT key FROM run_metadata ORDER BY key
