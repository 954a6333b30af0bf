-- Adds a source, from which nothing is known yet.
-- $source: VARCHAR; $kind: VARCHAR
INSERT INTO sources VALUES ($source, $kind, NULL, NULL, NULL, NULL, '', NULL, NULL, '')
