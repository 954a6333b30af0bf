-- Which sources are known?
-- Columns: source, kind.
SELECT source, kind FROM sources
