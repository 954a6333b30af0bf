-- What is known of each source, beside its builds?
-- Columns: those of sources but the cursor.
SELECT * EXCLUDE (cursor) FROM sources ORDER BY source
