-- +goose Up
-- Reports of violations. Plain columns hold codes, ids and days; whatever a reporter wrote is sealed (T-37). Nothing here
-- has a time of day, an order of arrival, an address or a device (T-01, T-03): ids are random, days are legal days.
CREATE TABLE report (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    state           text    NOT NULL CONSTRAINT report_state_check CHECK (state IN ('received', 'incomplete', 'under_verification', 'accepted', 'rejected', 'duplicate', 'withdrawn', 'referred')),
    origin          text    NOT NULL CONSTRAINT report_origin_check CHECK (origin IN ('public', 'asn', 'bawaslu', 'bkn', 'kasn', 'own_monitoring', 'phone', 'whatsapp', 'letter')),
    kind            text    NOT NULL CONSTRAINT report_kind_check CHECK (kind IN ('report', 'finding', 'preliminary_information')),
    organisation_id uuid,
    number          text    NOT NULL,
    number_key      text    COLLATE "C" NOT NULL,
    received_on     date    NOT NULL,
    act_on          date,
    known_on        date,
    violation_code  text,
    act_codes       jsonb   NOT NULL,
    election_id     uuid,
    narrative       bytea   NOT NULL,
    place           bytea,
    links           bytea,
    channel         text    NOT NULL CONSTRAINT report_channel_check CHECK (channel IN ('code', 'account', 'none')),
    code_hash       bytea,
    filed_by        uuid,
    handler_asn_id  uuid,
    duplicate_of    uuid,
    answer_by       date,
    outcome         text    CONSTRAINT report_outcome_check CHECK (outcome IN ('action_taken', 'not_proven', 'closed')),
    recorded_later  boolean NOT NULL,
    updated_on      date    NOT NULL,
    version         integer NOT NULL,
    CONSTRAINT report_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT report_code_key UNIQUE (tenant_id, code_hash),
    CONSTRAINT report_duplicate_fkey FOREIGN KEY (tenant_id, duplicate_of) REFERENCES report (tenant_id, id),
    CONSTRAINT report_answer_check CHECK ((state = 'incomplete') = (answer_by IS NOT NULL)),
    CONSTRAINT report_channel_code_check CHECK ((channel = 'code') = (code_hash IS NOT NULL))
);
CREATE INDEX report_by_day ON report (tenant_id, received_on, id);
CREATE INDEX report_by_state ON report (tenant_id, state, received_on, id);
CREATE INDEX report_by_number ON report (tenant_id, number_key) WHERE number_key <> '';
CREATE INDEX report_by_update ON report (tenant_id, updated_on);
CREATE INDEX report_by_filer ON report (tenant_id, filed_by) WHERE filed_by IS NOT NULL;
ALTER TABLE report ENABLE ROW LEVEL SECURITY;
ALTER TABLE report FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON report TO netral_app;

-- Whom a report is about, as the reporter put it (sealed) and as an officer matched it.
CREATE TABLE report_subject (
    tenant_id integer NOT NULL,
    report_id uuid    NOT NULL,
    no        integer NOT NULL,
    kind      text    NOT NULL CONSTRAINT report_subject_kind_check CHECK (kind IN ('asn', 'unknown', 'regional_head', 'village_head', 'tni', 'polri', 'bumd', 'asn_elsewhere')),
    detail    bytea   NOT NULL,
    asn_id    uuid,
    added_by  text    NOT NULL CONSTRAINT report_subject_added_by_check CHECK (added_by IN ('reporter', 'officer')),
    CONSTRAINT report_subject_pkey PRIMARY KEY (tenant_id, report_id, no),
    CONSTRAINT report_subject_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id),
    CONSTRAINT report_subject_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id)
);
ALTER TABLE report_subject ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_subject FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_subject
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON report_subject TO netral_app;

-- Everybody who ever was matched to a subject: who was named wrongly stays outside the wall's view as well (T-13).
CREATE TABLE report_subject_person (
    tenant_id  integer NOT NULL,
    report_id  uuid    NOT NULL,
    no         integer NOT NULL,
    asn_id     uuid    NOT NULL,
    matched_on date    NOT NULL,
    CONSTRAINT report_subject_person_pkey PRIMARY KEY (tenant_id, report_id, no, asn_id),
    CONSTRAINT report_subject_person_subject_fkey FOREIGN KEY (tenant_id, report_id, no) REFERENCES report_subject (tenant_id, report_id, no),
    CONSTRAINT report_subject_person_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id)
);
CREATE INDEX report_subject_person_by_asn ON report_subject_person (tenant_id, asn_id);
ALTER TABLE report_subject_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_subject_person FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_subject_person
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_subject_person TO netral_app;

-- The inbox between reporter and officers.
CREATE TABLE report_message (
    tenant_id integer NOT NULL,
    report_id uuid    NOT NULL,
    no        integer NOT NULL,
    sender    text    NOT NULL CONSTRAINT report_message_sender_check CHECK (sender IN ('reporter', 'officer')),
    kind      text    NOT NULL CONSTRAINT report_message_kind_check CHECK (kind IN ('message', 'question')),
    body      bytea   NOT NULL,
    sent_on   date    NOT NULL,
    answer_by date,
    CONSTRAINT report_message_pkey PRIMARY KEY (tenant_id, report_id, no),
    CONSTRAINT report_message_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id)
);
ALTER TABLE report_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_message FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_message
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_message TO netral_app;

-- What was done with a report, step by step; note holds the step's words, sealed.
CREATE TABLE report_step (
    tenant_id       integer NOT NULL,
    report_id       uuid    NOT NULL,
    no              integer NOT NULL,
    action          text    NOT NULL,
    from_state      text    NOT NULL,
    to_state        text    NOT NULL,
    happened_on     date    NOT NULL,
    by_user_id      uuid,
    organisation_id uuid,
    note            bytea,
    recorded_later  boolean NOT NULL,
    CONSTRAINT report_step_pkey PRIMARY KEY (tenant_id, report_id, no),
    CONSTRAINT report_step_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id)
);
ALTER TABLE report_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_step
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_step TO netral_app;

-- The cases that a report was accepted into.
CREATE TABLE report_case (
    tenant_id integer NOT NULL,
    report_id uuid    NOT NULL,
    case_id   uuid    NOT NULL,
    CONSTRAINT report_case_pkey PRIMARY KEY (tenant_id, report_id, case_id),
    CONSTRAINT report_case_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id)
);
CREATE INDEX report_case_by_case ON report_case (tenant_id, case_id);
ALTER TABLE report_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_case FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_case
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_case TO netral_app;

-- Who has nothing to do with a report for reasons of their own: a person of the registry or an account.
CREATE TABLE report_recusal (
    tenant_id   integer NOT NULL,
    report_id   uuid    NOT NULL,
    no          integer NOT NULL,
    asn_id      uuid,
    user_id     uuid,
    reason      bytea   NOT NULL,
    recused_on  date    NOT NULL,
    CONSTRAINT report_recusal_pkey PRIMARY KEY (tenant_id, report_id, no),
    CONSTRAINT report_recusal_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id),
    CONSTRAINT report_recusal_who_check CHECK (asn_id IS NOT NULL OR user_id IS NOT NULL)
);
ALTER TABLE report_recusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_recusal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_recusal
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_recusal TO netral_app;
