-- Notes what became of the messages of a source.
-- $source: VARCHAR; $mqtt_at: TIMESTAMP, when the last one came, null leaves it; $mqtt_error: VARCHAR, '' when they can come
UPDATE sources SET mqtt_at = greatest(mqtt_at, $mqtt_at), mqtt_error = $mqtt_error WHERE source = $source
