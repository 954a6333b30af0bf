-- Another kind of source goes by the name of one that is known; what its cursor meant says nothing to the new one.
-- $source: VARCHAR; $kind: VARCHAR
UPDATE sources SET kind = $kind, cursor = NULL WHERE source = $source
