-- Changes the list of tables, so that the next checkpoint writes it anew, and into free blocks in front.
CREATE OR REPLACE TABLE touched (nothing INTEGER)
