-- Where does the next listing of a source go on?
-- $source: VARCHAR
-- Columns: cursor (null before the first).
SELECT cursor FROM sources WHERE source = $source
