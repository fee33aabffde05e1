-- +goose Up
-- Recommendations of BKN, Bawaslu or formerly KASN: obligations with a sender, a number, a day by which the appointing
-- authority has to act, and proof. The day computed stays beside the one an official set with a reason.
CREATE TABLE recommendation (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    organisation_id uuid    NOT NULL,
    number          text    NOT NULL,
    number_key      text    COLLATE "C" NOT NULL,
    issued_on       date    NOT NULL,
    received_on     date    NOT NULL,
    state           text    NOT NULL CONSTRAINT recommendation_state_check CHECK (state IN ('open', 'followed_up', 'contested')),
    closed_on       date,
    due_on          date    NOT NULL,
    due_computed_on date    NOT NULL,
    due_rule        text    NOT NULL,
    due_confidence  text    NOT NULL,
    due_reason      text    NOT NULL,
    mandate_id      uuid,
    recorded_later  boolean NOT NULL,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT recommendation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT recommendation_number_key UNIQUE (tenant_id, organisation_id, number_key, issued_on),
    CONSTRAINT recommendation_mandate_fkey FOREIGN KEY (tenant_id, mandate_id) REFERENCES mandate (tenant_id, id),
    CONSTRAINT recommendation_closed_check CHECK ((state = 'followed_up') = (closed_on IS NOT NULL)),
    CONSTRAINT recommendation_due_check CHECK (due_on = due_computed_on OR due_reason <> '')
);
CREATE INDEX recommendation_by_due ON recommendation (tenant_id, due_on, id);
CREATE INDEX recommendation_by_state ON recommendation (tenant_id, state, due_on, id);
CREATE INDEX recommendation_by_number ON recommendation (tenant_id, number_key);
ALTER TABLE recommendation ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON recommendation
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON recommendation TO netral_app;

-- Whom it concerns and what it asks for.
CREATE TABLE recommendation_subject (
    tenant_id         integer NOT NULL,
    recommendation_id uuid    NOT NULL,
    no                integer NOT NULL,
    asn_id            uuid    NOT NULL,
    sanction_code     text,
    wording           text    NOT NULL,
    CONSTRAINT recommendation_subject_pkey PRIMARY KEY (tenant_id, recommendation_id, no),
    CONSTRAINT recommendation_subject_of_fkey FOREIGN KEY (tenant_id, recommendation_id) REFERENCES recommendation (tenant_id, id),
    CONSTRAINT recommendation_subject_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT recommendation_subject_asn_key UNIQUE (tenant_id, recommendation_id, asn_id)
);
CREATE INDEX recommendation_subject_by_asn ON recommendation_subject (tenant_id, asn_id);
ALTER TABLE recommendation_subject ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation_subject FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON recommendation_subject
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON recommendation_subject TO netral_app;

-- What was done about it, with proof.
CREATE TABLE recommendation_follow_up (
    tenant_id         integer NOT NULL,
    recommendation_id uuid    NOT NULL,
    no                integer NOT NULL,
    kind              text    NOT NULL CONSTRAINT recommendation_follow_up_kind_check CHECK (kind IN ('interim', 'done', 'contested')),
    wording           text    NOT NULL,
    number            text    NOT NULL,
    happened_on       date    NOT NULL,
    case_id           uuid,
    recorded_later    boolean NOT NULL,
    CONSTRAINT recommendation_follow_up_pkey PRIMARY KEY (tenant_id, recommendation_id, no),
    CONSTRAINT recommendation_follow_up_of_fkey FOREIGN KEY (tenant_id, recommendation_id) REFERENCES recommendation (tenant_id, id)
);
ALTER TABLE recommendation_follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation_follow_up FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON recommendation_follow_up
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON recommendation_follow_up TO netral_app;

-- The cases that were opened or decided because of it.
CREATE TABLE recommendation_case (
    tenant_id         integer NOT NULL,
    recommendation_id uuid    NOT NULL,
    case_id           uuid    NOT NULL,
    CONSTRAINT recommendation_case_pkey PRIMARY KEY (tenant_id, recommendation_id, case_id),
    CONSTRAINT recommendation_case_of_fkey FOREIGN KEY (tenant_id, recommendation_id) REFERENCES recommendation (tenant_id, id)
);
CREATE INDEX recommendation_case_by_case ON recommendation_case (tenant_id, case_id);
ALTER TABLE recommendation_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation_case FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON recommendation_case
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON recommendation_case TO netral_app;
