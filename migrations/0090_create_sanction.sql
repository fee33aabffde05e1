-- +goose Up
-- What a decision imposes, from the letter to the national record. Its place in the process is the case's state.
CREATE TABLE sanction (
    tenant_id    integer NOT NULL,
    id           uuid    NOT NULL,
    case_id      uuid    NOT NULL,
    decision_id  uuid    NOT NULL,
    subject_id   uuid    NOT NULL,
    sanction_type text   NOT NULL,
    class        text    NOT NULL,
    level        text    NOT NULL,
    authority_level text NOT NULL,
    duration_months integer NOT NULL,
    state        text    NOT NULL CONSTRAINT sanction_state_check CHECK (state IN ('imposed', 'delivered', 'contested', 'in_force', 'serving', 'completed', 'annulled')),
    legal_basis  text    NOT NULL,
    decision_number text NOT NULL,
    decided_on   date    NOT NULL,
    signatory_title text NOT NULL,
    effective_rule text  NOT NULL,
    delivery_kind text   NOT NULL CONSTRAINT sanction_delivery_kind_check CHECK (delivery_kind IN ('', 'handed_over', 'dispatched')),
    received_on  date,
    computed_effective_on date,
    effective_count jsonb,
    effective_on date,
    effective_override_reason text NOT NULL,
    executed_on  date,
    executed_by  text    NOT NULL,
    execution_proof text NOT NULL,
    ends_on      date,
    completed_on date,
    idis_number  text    NOT NULL,
    siasn_number text    NOT NULL,
    national_record_on date,
    recorded_later boolean NOT NULL,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT sanction_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT sanction_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id),
    CONSTRAINT sanction_decision_key UNIQUE (tenant_id, decision_id)
);
CREATE INDEX sanction_by_decision_day ON sanction (tenant_id, decided_on, id);
CREATE INDEX sanction_by_case ON sanction (tenant_id, case_id);
CREATE INDEX sanction_by_subject ON sanction (tenant_id, subject_id);
ALTER TABLE sanction ENABLE ROW LEVEL SECURITY;
ALTER TABLE sanction FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON sanction
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON sanction TO netral_app;

-- Remedies of the subject: an objection to the official's superior, an appeal to BPASN against dismissal.
CREATE TABLE sanction_contest (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    sanction_id uuid    NOT NULL,
    kind        text    NOT NULL CONSTRAINT sanction_contest_kind_check CHECK (kind IN ('objection', 'appeal')),
    filed_on    date    NOT NULL,
    number      text    NOT NULL,
    late        boolean NOT NULL,
    outcome     text    NOT NULL CONSTRAINT sanction_contest_outcome_check CHECK (outcome IN ('', 'confirm', 'lighten', 'aggravate', 'change', 'annul')),
    decided_on  date,
    decided_by  text    NOT NULL,
    decision_number text NOT NULL,
    old_sanction_type text NOT NULL,
    new_sanction_type text NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT sanction_contest_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT sanction_contest_sanction_fkey FOREIGN KEY (tenant_id, sanction_id) REFERENCES sanction (tenant_id, id),
    CONSTRAINT sanction_contest_days_check CHECK (decided_on IS NULL OR decided_on >= filed_on)
);
CREATE INDEX sanction_contest_by_sanction ON sanction_contest (tenant_id, sanction_id, created_at);
ALTER TABLE sanction_contest ENABLE ROW LEVEL SECURITY;
ALTER TABLE sanction_contest FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON sanction_contest
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON sanction_contest TO netral_app;
