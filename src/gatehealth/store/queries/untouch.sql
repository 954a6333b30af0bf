-- Takes the change back that touch.sql made.
DROP TABLE IF EXISTS touched
