-- +goose Up
-- Series of events, one for each campaign of an election; its events are the rounds.
CREATE TABLE event_series (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    name        text    NOT NULL,
    election_id uuid,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_series_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE event_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_series FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_series
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event_series TO netral_app;

-- Sosialisasi, coaching, roll-calls, coordination meetings. Speakers, guests and the like are parts of the event and nothing points
-- at them; legal_day is the day on which it begins in the government's zone.
CREATE TABLE event (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    series_id   uuid,
    round       integer,
    kind        text    NOT NULL CONSTRAINT event_kind_check CHECK (kind IN ('sosialisasi', 'pembinaan', 'apel', 'rapat_koordinasi')),
    title       text    NOT NULL,
    mode        text    NOT NULL CONSTRAINT event_mode_check CHECK (mode IN ('on_site', 'online', 'hybrid')),
    venue_name  text    NOT NULL,
    venue_address text  NOT NULL,
    capacity    integer,
    stream_url  text    NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    legal_day   date    NOT NULL,
    agenda      jsonb   NOT NULL,
    speakers    jsonb   NOT NULL,
    materials   jsonb   NOT NULL,
    guests      jsonb   NOT NULL,
    opening_office text CONSTRAINT event_opening_office_check CHECK (opening_office IN ('appointing_authority', 'authorised_official', 'agency_head')),
    opening_mandate_id uuid,
    opening_title text  NOT NULL,
    opening_name  text  NOT NULL,
    invitations jsonb   NOT NULL,
    invited     integer,
    state       text    NOT NULL CONSTRAINT event_state_check CHECK (state IN ('draft', 'published', 'held', 'cancelled')),
    cancel_reason text  NOT NULL,
    minutes     text    NOT NULL,
    recorded_later boolean NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT event_round_key UNIQUE (tenant_id, series_id, round),
    CONSTRAINT event_series_fkey FOREIGN KEY (tenant_id, series_id) REFERENCES event_series (tenant_id, id),
    CONSTRAINT event_opening_fkey FOREIGN KEY (tenant_id, opening_mandate_id) REFERENCES mandate (tenant_id, id),
    CONSTRAINT event_period_check CHECK (ends_at > starts_at)
);
CREATE INDEX event_by_start ON event (tenant_id, starts_at, id);
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event TO netral_app;

-- When and where a published event would have been before each move.
CREATE TABLE event_move (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    id          uuid    NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    venue_name  text    NOT NULL,
    reason      text    NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_move_pkey PRIMARY KEY (tenant_id, event_id, id),
    CONSTRAINT event_move_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id)
);
ALTER TABLE event_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_move FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_move
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON event_move TO netral_app;

-- Who is invited and how, frozen when the event is published, with the unit the person sat in that day. Every index holds asn_id: with
-- thousands invited a moment ago and no figures of them yet, the planner may take any index that begins to fit, and one without the
-- person would be read from end to end once a person.
CREATE TABLE event_invitee (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    mode        text    NOT NULL CONSTRAINT event_invitee_mode_check CHECK (mode IN ('on_site', 'online')),
    CONSTRAINT event_invitee_pkey PRIMARY KEY (tenant_id, event_id, asn_id),
    CONSTRAINT event_invitee_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id),
    CONSTRAINT event_invitee_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT event_invitee_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
CREATE INDEX event_invitee_by_asn ON event_invitee (tenant_id, asn_id, event_id);
ALTER TABLE event_invitee ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_invitee FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_invitee
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON event_invitee TO netral_app;

-- Who comes instead of a person invited.
CREATE TABLE event_delegation (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    delegate_id uuid    NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_delegation_pkey PRIMARY KEY (tenant_id, event_id, asn_id),
    CONSTRAINT event_delegation_delegate_key UNIQUE (tenant_id, delegate_id, event_id),
    CONSTRAINT event_delegation_invitee_fkey FOREIGN KEY (tenant_id, event_id, asn_id) REFERENCES event_invitee (tenant_id, event_id, asn_id),
    CONSTRAINT event_delegation_delegate_fkey FOREIGN KEY (tenant_id, delegate_id) REFERENCES asn (tenant_id, id)
);
ALTER TABLE event_delegation ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_delegation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_delegation
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event_delegation TO netral_app;

-- Statements of personnel officers about an office that followed the event behind one screen.
CREATE TABLE event_office_group (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    id          uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    place       text    NOT NULL,
    confirmed   integer NOT NULL,
    excepted    integer NOT NULL,
    recorded_by uuid,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_office_group_pkey PRIMARY KEY (tenant_id, event_id, id),
    CONSTRAINT event_office_group_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id),
    CONSTRAINT event_office_group_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
ALTER TABLE event_office_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_office_group FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_office_group
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON event_office_group TO netral_app;

-- Attendance, one standing entry a person and event. A wrong entry is struck by another one and stays; the right one gets the next
-- number. opd_id is the unit at the time of the event.
CREATE TABLE event_attendance (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    entry       integer NOT NULL,
    opd_id      uuid    NOT NULL,
    mode        text    NOT NULL CONSTRAINT event_attendance_mode_check CHECK (mode IN ('on_site', 'online', 'office_group')),
    proof       text    NOT NULL CONSTRAINT event_attendance_proof_check CHECK (proof IN ('code', 'list', 'paper', 'office_statement')),
    note        text    NOT NULL,
    walk_in     boolean NOT NULL,
    delegate_of uuid,
    office_group_id uuid,
    recorded_by uuid,
    recorded_later boolean NOT NULL,
    struck      boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_attendance_pkey PRIMARY KEY (tenant_id, event_id, asn_id, entry),
    CONSTRAINT event_attendance_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id),
    CONSTRAINT event_attendance_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT event_attendance_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
CREATE UNIQUE INDEX event_attendance_standing ON event_attendance (tenant_id, event_id, asn_id) WHERE NOT struck;
CREATE INDEX event_attendance_by_asn ON event_attendance (tenant_id, asn_id, event_id) WHERE NOT struck;
ALTER TABLE event_attendance ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_attendance FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_attendance
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event_attendance TO netral_app;

CREATE TABLE event_attendance_strike (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    entry       integer NOT NULL,
    reason      text    NOT NULL,
    recorded_by uuid,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_attendance_strike_pkey PRIMARY KEY (tenant_id, event_id, asn_id, entry),
    CONSTRAINT event_attendance_strike_entry_fkey FOREIGN KEY (tenant_id, event_id, asn_id, entry) REFERENCES event_attendance (tenant_id, event_id, asn_id, entry)
);
ALTER TABLE event_attendance_strike ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_attendance_strike FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_attendance_strike
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON event_attendance_strike TO netral_app;

-- Check-in codes, as keyed hashes alone; a new one takes the place of the one before.
CREATE TABLE event_check_in_code (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    mode        text    NOT NULL CONSTRAINT event_check_in_code_mode_check CHECK (mode IN ('on_site', 'online')),
    code_hash   bytea   NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_check_in_code_pkey PRIMARY KEY (tenant_id, event_id, mode),
    CONSTRAINT event_check_in_code_hash_key UNIQUE (tenant_id, code_hash),
    CONSTRAINT event_check_in_code_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id)
);
ALTER TABLE event_check_in_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_check_in_code FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_check_in_code
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event_check_in_code TO netral_app;

-- What a coordination meeting agreed on.
CREATE TABLE event_action_point (
    tenant_id   integer NOT NULL,
    event_id    uuid    NOT NULL,
    id          uuid    NOT NULL,
    text        text    NOT NULL,
    owner       text    NOT NULL,
    owner_opd_id uuid,
    due_on      date,
    done_on     date,
    result      text    NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT event_action_point_pkey PRIMARY KEY (tenant_id, event_id, id),
    CONSTRAINT event_action_point_event_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id),
    CONSTRAINT event_action_point_opd_fkey FOREIGN KEY (tenant_id, owner_opd_id) REFERENCES opd (tenant_id, id)
);
ALTER TABLE event_action_point ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_action_point FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON event_action_point
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON event_action_point TO netral_app;
