-- Which tables are there?
-- Columns: table_name.
SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database() ORDER BY estimated_size DESC
