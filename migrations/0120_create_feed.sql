-- +goose Up
-- What leaves the journal. A note may carry the type under which it is told outside, and to which bodies; with no body
-- named it is for the government's own systems.
ALTER TABLE journal
    ADD COLUMN public_type text,
    ADD COLUMN recipients  uuid[],
    ADD CONSTRAINT journal_public_check CHECK ((public_type IS NULL) = (recipients IS NULL));

-- Notes that have no number yet, written with the note and gone when it has one. place is the order of writing, by which
-- what one row lock puts in order stays in order. Notes of the public have none, and wait until release_at: neither
-- outlives the wait, so the journal keeps their day alone (T-03).
CREATE SEQUENCE journal_place_seq;
GRANT USAGE ON SEQUENCE journal_place_seq TO netral_app;
CREATE TABLE journal_pending (
    tenant_id  integer NOT NULL,
    journal_id uuid    NOT NULL,
    place      bigint,
    release_at timestamptz,
    CONSTRAINT journal_pending_pkey PRIMARY KEY (tenant_id, journal_id),
    CONSTRAINT journal_pending_wait_check CHECK ((place IS NULL) = (release_at IS NOT NULL))
);
CREATE INDEX journal_pending_by_place ON journal_pending (tenant_id, place);
ALTER TABLE journal_pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_pending FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON journal_pending
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON journal_pending TO netral_app;

-- How many notes of a government have a number. Whoever numbers holds this row.
CREATE TABLE journal_head (
    tenant_id integer NOT NULL CONSTRAINT journal_head_pkey PRIMARY KEY,
    size      bigint  NOT NULL CONSTRAINT journal_head_size_check CHECK (size >= 0)
);
ALTER TABLE journal_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_head FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON journal_head
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON journal_head TO netral_app;

-- The journal in its final order: numbers 0, 1, 2 … without a gap in each government, never changed.
CREATE TABLE journal_leaf (
    tenant_id  integer NOT NULL,
    leaf       bigint  NOT NULL,
    journal_id uuid    NOT NULL,
    CONSTRAINT journal_leaf_pkey PRIMARY KEY (tenant_id, leaf),
    CONSTRAINT journal_leaf_journal_key UNIQUE (tenant_id, journal_id),
    CONSTRAINT journal_leaf_journal_fkey FOREIGN KEY (tenant_id, journal_id) REFERENCES journal (tenant_id, id)
);
ALTER TABLE journal_leaf ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_leaf FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON journal_leaf
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON journal_leaf TO netral_app;

-- Feeds: what each recipient is told, numbered 1, 2, 3 … without a gap over all governments, since one office reads all of
-- its matters with one cursor. So the recipient stands first in the key (distributed by it, where tables are); whose row it
-- is still stands in tenant_id, and the row policy holds as everywhere.
CREATE TABLE feed_recipient (
    id       uuid   NOT NULL CONSTRAINT feed_recipient_pkey PRIMARY KEY,
    last_seq bigint NOT NULL CONSTRAINT feed_recipient_seq_check CHECK (last_seq >= 0)
);
GRANT SELECT, INSERT, UPDATE ON feed_recipient TO netral_app;

CREATE TABLE feed_entry (
    recipient_id uuid    NOT NULL,
    seq          bigint  NOT NULL,
    tenant_id    integer NOT NULL,
    journal_id   uuid    NOT NULL,
    type         text    NOT NULL,
    object_id    uuid    NOT NULL,
    at           timestamptz NOT NULL,
    CONSTRAINT feed_entry_pkey PRIMARY KEY (recipient_id, seq),
    CONSTRAINT feed_entry_recipient_fkey FOREIGN KEY (recipient_id) REFERENCES feed_recipient (id)
);
ALTER TABLE feed_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON feed_entry
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON feed_entry TO netral_app;

-- What was noted before there were numbers gets one as well. No policy binds the owner for the moment of copying.
ALTER TABLE journal NO FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_pending NO FORCE ROW LEVEL SECURITY;
INSERT INTO journal_pending (tenant_id, journal_id, place)
    SELECT tenant_id, id, nextval('journal_place_seq') FROM journal ORDER BY tenant_id, at, id;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
ALTER TABLE journal_pending FORCE ROW LEVEL SECURITY;
