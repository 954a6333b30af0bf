-- What is known of the builds of each source, so that a collector that is stopped anywhere goes on there. Builds that wait are
-- few and carry all that their source wants back; of a fetched one a line is kept for ever, as its run is.

-- One row a source that was ever collected from.
CREATE TABLE sources (
    source VARCHAR,             -- its name in the settings
    kind VARCHAR,
    cursor VARCHAR,             -- where its next listing goes on; null before the first one
    listed_until TIMESTAMP,     -- every build that ended before is known; null before the first whole listing
    newest_ended_at TIMESTAMP,  -- of the builds that are known
    polled_at TIMESTAMP,        -- when it was last listed, with success or without
    error VARCHAR,              -- why it could not be listed the last time; '' when it could
    failing_since TIMESTAMP,    -- since when it cannot; null when it can
    mqtt_at TIMESTAMP,          -- when its last message came
    mqtt_error VARCHAR          -- why no messages come; '' when they can
);

-- Builds that are known and have to be fetched, for the first time or again.
CREATE TABLE waiting_builds (
    source VARCHAR,
    uuid UUID,
    ended_at TIMESTAMP,
    version VARCHAR,            -- as the source listed it: of another version it is fetched again
    document VARCHAR,           -- what the source wants back for fetching it
    extra VARCHAR,              -- JSON: metadata of the run that only a message carried
    known_at TIMESTAMP,         -- when it was listed first
    known_by VARCHAR,           -- 'poll', or 'mqtt' while only a message told of it
    tries UINTEGER,             -- that did not succeed
    next_try_at TIMESTAMP,
    why VARCHAR,                -- the last try did not succeed; '' before it
    again BOOLEAN               -- whether it stands in fetched_builds as well: an earlier version of it was fetched
);

-- Builds that were fetched, as last fetched.
CREATE TABLE fetched_builds (
    source VARCHAR,
    uuid UUID,
    ended_at TIMESTAMP,
    version VARCHAR,
    lack VARCHAR,               -- why it has no results; '' when it has
    detail VARCHAR,             -- the same for people, with the file or the answer that it was
    known_at TIMESTAMP,
    known_by VARCHAR,
    tries UINTEGER,
    fetched_at TIMESTAMP
);

-- Periods of the past that somebody asked for. Known by source, since and until.
CREATE TABLE backfills (
    source VARCHAR,
    since TIMESTAMP,
    until TIMESTAMP,
    cursor VARCHAR,             -- where its listing goes on
    done DOUBLE,                -- share of the period that is listed, 0 to 1
    builds BIGINT,              -- that its listing gave, known ones among them
    error VARCHAR,              -- why its listing could not go on the last time; '' when it could
    ordered_at TIMESTAMP,
    listed_at TIMESTAMP,        -- when its listing ended; null before
    finished_at TIMESTAMP       -- when each of its builds had been tried once; null before
);
