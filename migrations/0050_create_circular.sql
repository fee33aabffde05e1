-- +goose Up
-- Circulars (surat edaran). Once issued, text, number and signatory never change: another circular amends or replaces it.
-- number_key is the number without its year, case and typography, so that one number exists once a year however it is typed.
CREATE TABLE circular (
    tenant_id    integer NOT NULL,
    id           uuid    NOT NULL,
    number       text,
    number_key   text    COLLATE "C",
    number_year  integer,
    signed_on    date    NOT NULL,
    subject      text    NOT NULL,
    opening      text    NOT NULL,
    points       jsonb   NOT NULL,
    closing      text    NOT NULL,
    signatory_office text NOT NULL CONSTRAINT circular_signatory_office_check CHECK (signatory_office IN ('appointing_authority', 'authorised_official', 'agency_head')),
    signatory_mandate_id uuid,
    signatory_title text NOT NULL,
    signatory_name  text NOT NULL,
    without_mandate boolean NOT NULL,
    legal_source_codes jsonb NOT NULL,
    election_id  uuid,
    addressees   jsonb   NOT NULL,
    amends_id    uuid,
    replaces_id  uuid,
    state        text    NOT NULL CONSTRAINT circular_state_check CHECK (state IN ('draft', 'issued', 'amended', 'replaced', 'revoked')),
    in_force_from  date,
    in_force_until date,
    end_reason   text    NOT NULL,
    issued_on    date,
    text         text,
    text_sha256  text,
    addressed    integer,
    recorded_later boolean NOT NULL,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT circular_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT circular_number_key UNIQUE (tenant_id, number_year, number_key),
    CONSTRAINT circular_mandate_fkey FOREIGN KEY (tenant_id, signatory_mandate_id) REFERENCES mandate (tenant_id, id),
    CONSTRAINT circular_amends_fkey FOREIGN KEY (tenant_id, amends_id) REFERENCES circular (tenant_id, id),
    CONSTRAINT circular_replaces_fkey FOREIGN KEY (tenant_id, replaces_id) REFERENCES circular (tenant_id, id),
    CONSTRAINT circular_lineage_check CHECK (amends_id IS NULL OR replaces_id IS NULL),
    CONSTRAINT circular_period_check CHECK (in_force_until IS NULL OR in_force_until >= in_force_from),
    CONSTRAINT circular_issued_check CHECK (state = 'draft' OR (number IS NOT NULL AND text IS NOT NULL AND text_sha256 IS NOT NULL AND in_force_from IS NOT NULL))
);
CREATE INDEX circular_by_day ON circular (tenant_id, signed_on, id);
CREATE INDEX circular_by_number ON circular (tenant_id, number_key);
ALTER TABLE circular ENABLE ROW LEVEL SECURITY;
ALTER TABLE circular FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON circular
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON circular TO netral_app;

-- The persons a circular was addressed to, frozen when it was issued, with the unit they sat in that day.
CREATE TABLE circular_addressee (
    tenant_id   integer NOT NULL,
    circular_id uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    CONSTRAINT circular_addressee_pkey PRIMARY KEY (tenant_id, circular_id, asn_id),
    CONSTRAINT circular_addressee_circular_fkey FOREIGN KEY (tenant_id, circular_id) REFERENCES circular (tenant_id, id),
    CONSTRAINT circular_addressee_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT circular_addressee_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
CREATE INDEX circular_addressee_by_asn ON circular_addressee (tenant_id, asn_id);
ALTER TABLE circular_addressee ENABLE ROW LEVEL SECURITY;
ALTER TABLE circular_addressee FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON circular_addressee
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON circular_addressee TO netral_app;

-- Receipts, never changed: one a person and circular. An own one names the hash of the text that was shown.
CREATE TABLE circular_acknowledgement (
    tenant_id   integer NOT NULL,
    circular_id uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    acknowledged_on date NOT NULL,
    channel     text    NOT NULL CONSTRAINT circular_acknowledgement_channel_check CHECK (channel IN ('own', 'paper')),
    text_sha256 text,
    proof       text    NOT NULL,
    recorded_by uuid,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT circular_acknowledgement_pkey PRIMARY KEY (tenant_id, circular_id, asn_id),
    CONSTRAINT circular_acknowledgement_addressee_fkey FOREIGN KEY (tenant_id, circular_id, asn_id) REFERENCES circular_addressee (tenant_id, circular_id, asn_id),
    CONSTRAINT circular_acknowledgement_hash_check CHECK (channel = 'paper' OR text_sha256 IS NOT NULL)
);
ALTER TABLE circular_acknowledgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE circular_acknowledgement FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON circular_acknowledgement
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON circular_acknowledgement TO netral_app;
