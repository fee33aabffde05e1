-- +goose Up
-- One case is the examination of one person (ASN). What the subject was on the day of the act and of the decision is
-- kept as it was then: people move, units merge. Texts that speak of persons are sealed outside the database's reach.
CREATE TABLE casefile (
    tenant_id    integer NOT NULL,
    id           uuid    NOT NULL,
    number       text    COLLATE "C" NOT NULL,
    state        text    NOT NULL CONSTRAINT casefile_state_check CHECK (state IN ('registered', 'summoned', 'examined', 'recommended', 'decided', 'delivered', 'contested', 'in_force', 'serving', 'completed', 'closed')),
    state_since  date    NOT NULL,
    track        text    NOT NULL CONSTRAINT casefile_track_check CHECK (track IN ('ethics', 'discipline', 'dismissal')),
    subject_id   uuid    NOT NULL,
    opd_id       uuid    NOT NULL,
    superior_id  uuid,
    act_on       date    NOT NULL,
    known_on     date,
    registered_on date   NOT NULL,
    accusation   bytea   NOT NULL,
    violation_types jsonb NOT NULL,
    proposed_types jsonb NOT NULL,
    classification_reason text NOT NULL,
    phases       jsonb   NOT NULL,
    election_id  uuid,
    contest      text    NOT NULL,
    candidate_id uuid,
    candidate_status text NOT NULL,
    act_post     jsonb   NOT NULL,
    criminal_referral boolean NOT NULL,
    spouse_is_candidate boolean NOT NULL,
    clocks       jsonb   NOT NULL,
    handler_account_id  uuid,
    closing_reason text  NOT NULL,
    closed_on    date,
    recorded_later boolean NOT NULL,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT casefile_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_number_key UNIQUE (tenant_id, number),
    CONSTRAINT casefile_subject_fkey FOREIGN KEY (tenant_id, subject_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT casefile_closed_check CHECK ((state = 'closed') = (closing_reason <> '')),
    CONSTRAINT casefile_known_check CHECK (known_on IS NULL OR known_on >= act_on)
);
CREATE INDEX casefile_by_registration ON casefile (tenant_id, registered_on, id);
CREATE INDEX casefile_by_state ON casefile (tenant_id, state, registered_on, id);
CREATE INDEX casefile_by_subject ON casefile (tenant_id, subject_id);
CREATE INDEX casefile_by_superior ON casefile (tenant_id, superior_id);
ALTER TABLE casefile ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON casefile TO netral_app;

-- Where the matter came from: several submissions may feed one case, each with its sender's own number.
CREATE TABLE casefile_origin (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    kind        text    NOT NULL CONSTRAINT casefile_origin_kind_check CHECK (kind IN ('report', 'recommendation', 'own_finding')),
    report_id   uuid,
    recommendation_id uuid,
    organisation_id uuid,
    their_number text   NOT NULL,
    received_on date    NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_origin_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_origin_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_origin_by_case ON casefile_origin (tenant_id, case_id);
ALTER TABLE casefile_origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_origin FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_origin
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_origin TO netral_app;
CREATE INDEX casefile_origin_by_report ON casefile_origin (tenant_id, report_id) WHERE report_id IS NOT NULL;

-- Every step ever taken, in order; nothing here is changed.
CREATE TABLE casefile_step (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    position    integer NOT NULL,
    step        text    NOT NULL,
    from_state  text    NOT NULL,
    to_state    text    NOT NULL CONSTRAINT casefile_step_to_state_check CHECK (to_state IN ('registered', 'summoned', 'examined', 'recommended', 'decided', 'delivered', 'contested', 'in_force', 'serving', 'completed', 'closed')),
    taken_on    date    NOT NULL,
    actor_id    uuid,
    reason      text    NOT NULL,
    recorded_later boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT casefile_step_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_step_position_key UNIQUE (tenant_id, case_id, position),
    CONSTRAINT casefile_step_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_step_by_case ON casefile_step (tenant_id, case_id, position);
ALTER TABLE casefile_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_step
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_step TO netral_app;

CREATE TABLE casefile_summons (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    sequence    integer NOT NULL CONSTRAINT casefile_summons_sequence_check CHECK (sequence IN (1, 2)),
    issued_on   date    NOT NULL,
    appear_on   date    NOT NULL,
    place       text    NOT NULL,
    number        text  NOT NULL,
    missed_on   date,
    short_notice boolean NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_summons_days_check CHECK (appear_on >= issued_on),
    CONSTRAINT casefile_summons_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_summons_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_summons_by_case ON casefile_summons (tenant_id, case_id, created_at);
ALTER TABLE casefile_summons ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_summons FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_summons
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON casefile_summons TO netral_app;

CREATE TABLE casefile_examination (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    held_on     date    NOT NULL,
    outcome     text    NOT NULL CONSTRAINT casefile_examination_outcome_check CHECK (outcome IN ('signed', 'refused', 'absent')),
    examiner_ids jsonb  NOT NULL,
    record      bytea   NOT NULL,
    answer      bytea   NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_examination_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_examination_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_examination_by_case ON casefile_examination (tenant_id, case_id, created_at);
ALTER TABLE casefile_examination ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_examination FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_examination
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_examination TO netral_app;

CREATE TABLE casefile_recommendation (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    given_on    date    NOT NULL,
    given_by    text    NOT NULL CONSTRAINT casefile_recommendation_given_by_check CHECK (given_by IN ('examiners', 'ethics_council')),
    proven      boolean NOT NULL,
    sanction_type text  NOT NULL,
    opinion     bytea   NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_recommendation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_recommendation_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_recommendation_by_case ON casefile_recommendation (tenant_id, case_id, created_at);
ALTER TABLE casefile_recommendation ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_recommendation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_recommendation
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_recommendation TO netral_app;

-- The decision letter: who signed it, by what mandate and title of that day.
CREATE TABLE casefile_decision (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    outcome     text    NOT NULL CONSTRAINT casefile_decision_outcome_check CHECK (outcome IN ('sanction', 'not_proven')),
    number      text    NOT NULL,
    decided_on  date    NOT NULL,
    mandate_id  uuid,
    signatory_asn_id uuid,
    signatory_name text NOT NULL,
    signatory_title text NOT NULL,
    exception   text    NOT NULL CONSTRAINT casefile_decision_exception_check CHECK (exception IN ('', 'post_vacant', 'no_structural_post', 'official_failed_to_act')),
    authority_rule text NOT NULL,
    sanction_type text  NOT NULL,
    sanction_level text NOT NULL,
    legal_basis text    NOT NULL,
    reason      text    NOT NULL,
    subject_post jsonb  NOT NULL,
    annulled    boolean NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_decision_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_decision_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_decision_by_case ON casefile_decision (tenant_id, case_id, created_at);
ALTER TABLE casefile_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_decision
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON casefile_decision TO netral_app;

-- Persons who neither handle the case nor see it.
CREATE TABLE casefile_wall (
    tenant_id   integer NOT NULL,
    case_id     uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    reason      text    NOT NULL CONSTRAINT casefile_wall_reason_check CHECK (reason IN ('involved', 'relative', 'reporter', 'recused')),
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_wall_pkey PRIMARY KEY (tenant_id, case_id, asn_id),
    CONSTRAINT casefile_wall_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
ALTER TABLE casefile_wall ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_wall FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_wall
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_wall TO netral_app;

CREATE TABLE casefile_note (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    author_id   uuid    NOT NULL,
    body        bytea   NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_note_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_note_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_note_by_case ON casefile_note (tenant_id, case_id, created_at);
ALTER TABLE casefile_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_note FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_note
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_note TO netral_app;

CREATE TABLE casefile_assignment (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    user_id     uuid    NOT NULL,
    assigned_by uuid    NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT casefile_assignment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT casefile_assignment_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX casefile_assignment_by_case ON casefile_assignment (tenant_id, case_id, created_at);
ALTER TABLE casefile_assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE casefile_assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON casefile_assignment
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON casefile_assignment TO netral_app;
