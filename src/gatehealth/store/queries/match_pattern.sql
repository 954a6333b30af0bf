-- Is this a regular expression? An error when it is not: the database's own engine (RE2) has the last word.
-- $q: regular expression
SELECT regexp_matches('', $q, 'i')
