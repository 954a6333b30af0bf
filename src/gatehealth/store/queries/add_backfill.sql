-- Orders a back-fill; one of the same period that was not finished goes on instead, one that was is done anew.
-- $source: VARCHAR; $since, $until, $now: TIMESTAMP
DELETE FROM backfills WHERE source = $source AND since = $since AND until = $until AND finished_at IS NOT NULL;
UPDATE backfills SET error = '' WHERE source = $source AND since = $since AND until = $until;
INSERT INTO backfills
SELECT $source, $since, $until, NULL, 0, 0, '', $now, NULL, NULL
WHERE NOT EXISTS (FROM backfills WHERE source = $source AND since = $since AND until = $until)
