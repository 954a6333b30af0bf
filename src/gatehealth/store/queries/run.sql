-- What is known of one run?
-- $uuid: UUID
-- Columns: those of the table.
SELECT * FROM runs WHERE uuid = $uuid
