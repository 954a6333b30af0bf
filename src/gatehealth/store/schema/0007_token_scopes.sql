-- What a token may do, and whether anybody still uses it. Tokens from before could do all there was.
ALTER TABLE tokens ADD COLUMN scopes VARCHAR[];         -- 'upload', 'read'; sorted
ALTER TABLE tokens ADD COLUMN last_used_at TIMESTAMP;   -- to the minute; NULL: never
UPDATE tokens SET scopes = ['read', 'upload'];
