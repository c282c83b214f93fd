-- What happened, in one order that everybody sees alike, and what a repeated request answers.

CREATE TABLE outbox_new (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind ~ '^[a-z]+(\.[a-z]+)+$'),
    subject_id uuid NOT NULL,
    audiences text[] NOT NULL CHECK (array_position(audiences, NULL) IS NULL),
    facts jsonb NOT NULL,
    told_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, vacuum_truncate = off);
COMMENT ON TABLE outbox_new IS 'Events as their transactions told them, without a position yet. The relay moves them to events.';
COMMENT ON COLUMN outbox_new.kind IS 'What happened, such as order.placed.';
COMMENT ON COLUMN outbox_new.subject_id IS 'What it happened to.';
COMMENT ON COLUMN outbox_new.audiences IS 'Who may see it: staff, or customer, vendor, order or cart with its id after a colon.';
COMMENT ON COLUMN outbox_new.facts IS 'Ids and states; no personal data.';

CREATE TABLE relay_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    position bigint NOT NULL CHECK (position >= 0),
    epoch uuid NOT NULL
);
COMMENT ON TABLE relay_head IS 'The last position that was given, and the epoch it was given in. A restore of an older copy begins a new epoch.';
INSERT INTO relay_head (position, epoch) VALUES (0, gen_random_uuid());

CREATE TABLE events (
    position bigint NOT NULL CHECK (position > 0),
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    audiences text[] NOT NULL,
    facts jsonb NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (position)
) PARTITION BY RANGE (position);
COMMENT ON TABLE events IS 'What happened, by position: positions have no gaps, and a lower one is never given after a higher one was seen.';

CREATE TABLE event_audiences (
    audience text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (audience, position)
) PARTITION BY RANGE (position);
COMMENT ON TABLE event_audiences IS 'Who may see which event.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
COMMENT ON FUNCTION refuse_change IS 'Keeps a table of history from being rewritten.';

CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_stand BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_audiences_stay BEFORE UPDATE OR DELETE ON event_audiences FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_audiences_stand BEFORE TRUNCATE ON event_audiences FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Runs with its owner's rights: the server's own role need not own a table.
-- A partition is attached and not made in its place: that would wait for everybody who reads events, and make all others wait.
-- It comes to have the triggers for rows from its parent; those for statements it needs itself.
CREATE FUNCTION event_partition(held bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '200ms' AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    low bigint := (held / size) * size;
    parent text;
    name text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['events', 'event_audiences'] LOOP
        name := parent || '_from_' || low;
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_stand', name);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, name, low, low + size);
    END LOOP;
END
$$;
COMMENT ON FUNCTION event_partition IS 'Makes the partition that holds this position, so that old events can be dropped a million at a time.';
SELECT event_partition(0), event_partition(1000000);

CREATE TABLE event_consumers (
    name text PRIMARY KEY CHECK (name ~ '^[a-z_]{1,40}$'),
    position bigint NOT NULL CHECK (position >= 0),
    epoch uuid NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE event_consumers IS 'How far each of those who act on events has come.';

-- The partition that holds the head stays. Dropping waits for who reads events, and makes others wait meanwhile: not for long, and is then tried another time.
CREATE FUNCTION events_forget(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '200ms' AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    passed bigint := (SELECT h.position - 1 FROM relay_head h);
    low bigint;
    newest timestamptz;
    dropped integer := 0;
BEGIN
    FOR low IN
        SELECT substring(c.relname FROM '^events_from_([0-9]+)$')::bigint AS held
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass ORDER BY held
    LOOP
        EXIT WHEN passed < low + size - 1;
        SELECT e.told_at INTO newest FROM events e WHERE e.position >= low AND e.position < low + size ORDER BY e.position DESC LIMIT 1;
        EXIT WHEN newest >= before;
        EXECUTE format('DROP TABLE %I, %I', 'events_from_' || low, 'event_audiences_from_' || low);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION events_forget IS 'Drops the oldest partitions whose newest event was told before that time, and tells how many. A consumer that has not passed them rebuilds.';

CREATE TABLE idempotency_keys (
    mutation text NOT NULL,
    scope text NOT NULL CHECK (char_length(scope) <= 100),
    key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    input_hash bytea NOT NULL CHECK (octet_length(input_hash) = 32),
    outcome_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (mutation, scope, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'What a repeated request answers: the same outcome, rendered again. Kept for seven days.';
COMMENT ON COLUMN idempotency_keys.scope IS 'Whose key it is: a cart or an account.';
COMMENT ON COLUMN idempotency_keys.outcome_id IS 'What the request made or changed.';
