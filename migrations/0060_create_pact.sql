-- +goose Up
-- Neutrality pacts: texts in editions, signing campaigns, who is obliged, signatures, strikes, refusals.
CREATE TABLE pact_text (
    tenant_id     integer NOT NULL,
    id            uuid    NOT NULL,
    election_id   uuid    NOT NULL,
    edition       integer NOT NULL,
    title         text    NOT NULL,
    preamble      text    NOT NULL,
    clauses       jsonb   NOT NULL,
    consent       text    NOT NULL,
    replaces_id   uuid,
    state         text    NOT NULL CONSTRAINT pact_text_state_check CHECK (state IN ('draft', 'in_approval', 'published')),
    round         integer NOT NULL,
    version       integer NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT pact_text_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT pact_text_edition_key UNIQUE (tenant_id, election_id, edition),
    CONSTRAINT pact_text_replaces_fkey FOREIGN KEY (tenant_id, replaces_id) REFERENCES pact_text (tenant_id, id)
);
-- One published text is replaced by one other.
CREATE UNIQUE INDEX pact_text_replaces_key ON pact_text (tenant_id, replaces_id) WHERE state = 'published' AND replaces_id IS NOT NULL;
ALTER TABLE pact_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_text FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_text
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON pact_text TO netral_app;

-- Who approved which words. A text that went back to its author starts a new round. Approvals are never taken away.
CREATE TABLE pact_text_approval (
    tenant_id    integer NOT NULL,
    pact_text_id uuid    NOT NULL,
    round        integer NOT NULL,
    approver_id  uuid    NOT NULL,
    asn_id       uuid,
    sha256       bytea   NOT NULL,
    approved_at  timestamptz NOT NULL,
    CONSTRAINT pact_text_approval_pkey PRIMARY KEY (tenant_id, pact_text_id, round, approver_id),
    CONSTRAINT pact_text_approval_person_key UNIQUE (tenant_id, pact_text_id, round, asn_id),
    CONSTRAINT pact_text_approval_text_fkey FOREIGN KEY (tenant_id, pact_text_id) REFERENCES pact_text (tenant_id, id)
);
ALTER TABLE pact_text_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_text_approval FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_text_approval
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_text_approval TO netral_app;

-- The words people sign, canonical, with their hash. The program may add rows here and never change one (T-48).
CREATE TABLE pact_text_published (
    tenant_id    integer NOT NULL,
    pact_text_id uuid    NOT NULL,
    body         text    NOT NULL,
    sha256       bytea   NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pact_text_published_pkey PRIMARY KEY (tenant_id, pact_text_id),
    CONSTRAINT pact_text_published_text_fkey FOREIGN KEY (tenant_id, pact_text_id) REFERENCES pact_text (tenant_id, id),
    CONSTRAINT pact_text_published_hash_check CHECK (sha256 = sha256(convert_to(body, 'UTF8')))
);
ALTER TABLE pact_text_published ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_text_published FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_text_published
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_text_published TO netral_app;

CREATE TABLE pact_campaign (
    tenant_id      integer NOT NULL,
    id             uuid    NOT NULL,
    pact_text_id   uuid    NOT NULL,
    title          text    NOT NULL,
    due_on         date    NOT NULL,
    rule           jsonb   NOT NULL,
    mandate_id     uuid,
    witness_name   text    NOT NULL,
    witness_title  text    NOT NULL,
    state          text    NOT NULL CONSTRAINT pact_campaign_state_check CHECK (state IN ('draft', 'open', 'closed')),
    opened_on      date,
    recorded_later boolean NOT NULL,
    closed_on      date,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT pact_campaign_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT pact_campaign_text_fkey FOREIGN KEY (tenant_id, pact_text_id) REFERENCES pact_text_published (tenant_id, pact_text_id),
    CONSTRAINT pact_campaign_mandate_fkey FOREIGN KEY (tenant_id, mandate_id) REFERENCES mandate (tenant_id, id),
    CONSTRAINT pact_campaign_opened_check CHECK ((state = 'draft') = (opened_on IS NULL)),
    CONSTRAINT pact_campaign_closed_check CHECK ((state = 'closed') = (closed_on IS NOT NULL))
);
ALTER TABLE pact_campaign ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_campaign FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_campaign
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON pact_campaign TO netral_app;

-- Who must sign, frozen when the campaign opened or at enrolment, with the unit of that moment.
CREATE TABLE pact_obligation (
    tenant_id   integer NOT NULL,
    campaign_id uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    source      text    NOT NULL CONSTRAINT pact_obligation_source_check CHECK (source IN ('opening', 'enrolment')),
    created_at  timestamptz NOT NULL,
    CONSTRAINT pact_obligation_pkey PRIMARY KEY (tenant_id, campaign_id, asn_id),
    CONSTRAINT pact_obligation_campaign_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES pact_campaign (tenant_id, id),
    CONSTRAINT pact_obligation_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id)
);
CREATE INDEX pact_obligation_by_asn ON pact_obligation (tenant_id, asn_id);
ALTER TABLE pact_obligation ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_obligation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_obligation
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_obligation TO netral_app;

-- Signatures are added and never changed. attempt counts the struck ones before it, so that nobody has two that stand
-- (T-50). No foreign key leads to the campaign or the text: thousands who sign at once would all lock the same row.
CREATE TABLE pact_signature (
    tenant_id      integer NOT NULL,
    id             uuid    NOT NULL,
    campaign_id    uuid    NOT NULL,
    pact_text_id   uuid    NOT NULL,
    asn_id         uuid    NOT NULL,
    attempt        integer NOT NULL,
    opd_id         uuid    NOT NULL,
    text_sha256    bytea   NOT NULL,
    method         text    NOT NULL CONSTRAINT pact_signature_method_check CHECK (method IN ('account', 'paper')),
    assurance      text    CONSTRAINT pact_signature_assurance_check CHECK (assurance IN ('sheet_code', 'bound_contact', 'second_factor')),
    account_id     uuid,
    signed_on      date    NOT NULL,
    place          text    NOT NULL,
    witness        text    NOT NULL,
    recorded_at    timestamptz NOT NULL,
    recorded_later boolean NOT NULL,
    record         text    NOT NULL,
    record_sha256  bytea   NOT NULL,
    code           text    COLLATE "C" NOT NULL,
    CONSTRAINT pact_signature_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT pact_signature_once_key UNIQUE (tenant_id, campaign_id, asn_id, pact_text_id, attempt),
    CONSTRAINT pact_signature_code_key UNIQUE (tenant_id, code),
    CONSTRAINT pact_signature_obligation_fkey FOREIGN KEY (tenant_id, campaign_id, asn_id) REFERENCES pact_obligation (tenant_id, campaign_id, asn_id),
    CONSTRAINT pact_signature_evidence_check CHECK ((method = 'account') = (assurance IS NOT NULL)),
    CONSTRAINT pact_signature_hash_check CHECK (record_sha256 = sha256(convert_to(record, 'UTF8')))
);
CREATE INDEX pact_signature_by_asn ON pact_signature (tenant_id, asn_id);
ALTER TABLE pact_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_signature FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_signature
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_signature TO netral_app;

-- A wrong entry is struck by a second one.
CREATE TABLE pact_signature_strike (
    tenant_id    integer NOT NULL,
    signature_id uuid    NOT NULL,
    campaign_id  uuid    NOT NULL,
    asn_id       uuid    NOT NULL,
    reason       text    NOT NULL,
    struck_by    uuid,
    struck_at    timestamptz NOT NULL,
    CONSTRAINT pact_signature_strike_pkey PRIMARY KEY (tenant_id, signature_id),
    CONSTRAINT pact_signature_strike_signature_fkey FOREIGN KEY (tenant_id, signature_id) REFERENCES pact_signature (tenant_id, id)
);
CREATE INDEX pact_signature_strike_by_person ON pact_signature_strike (tenant_id, campaign_id, asn_id);
ALTER TABLE pact_signature_strike ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_signature_strike FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_signature_strike
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_signature_strike TO netral_app;

-- Refusals; the reason is sealed with the master key. To refuse is no breach by itself, and one may sign later.
CREATE TABLE pact_refusal (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    campaign_id uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    reason      bytea   NOT NULL,
    refused_at  timestamptz NOT NULL,
    CONSTRAINT pact_refusal_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT pact_refusal_once_key UNIQUE (tenant_id, campaign_id, asn_id),
    CONSTRAINT pact_refusal_obligation_fkey FOREIGN KEY (tenant_id, campaign_id, asn_id) REFERENCES pact_obligation (tenant_id, campaign_id, asn_id)
);
ALTER TABLE pact_refusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE pact_refusal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON pact_refusal
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON pact_refusal TO netral_app;
