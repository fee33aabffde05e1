-- +goose Up
-- One row a human, as of today; the dated history stands in asn_fact, written in the same transaction. A NIP does not
-- identify a person for life (a PPPK gets another with another agency), so it is an attribute.
CREATE TABLE asn (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    name            text    NOT NULL,
    name_key        text    COLLATE "C" NOT NULL,
    title_front     text    NOT NULL,
    title_back      text    NOT NULL,
    nip             text    COLLATE "C",
    sex             text    CONSTRAINT asn_sex_check CHECK (sex IN ('male', 'female')),
    birth_place     text    NOT NULL,
    birth_date      date,
    email           text    NOT NULL,
    phone           text    NOT NULL,
    employment_type text    NOT NULL CONSTRAINT asn_employment_type_check CHECK (employment_type IN ('pns', 'cpns', 'pppk', 'pppk_part_time', 'non_asn')),
    rank_code       text,
    position_title  text    NOT NULL,
    position_type   text,
    opd_id          uuid    NOT NULL,
    superior_id     uuid,
    legal_status    text    NOT NULL,
    state           text    NOT NULL CONSTRAINT asn_state_check CHECK (state IN ('active', 'departed', 'merged', 'withdrawn')),
    departed_on     date,
    departure_reason text,
    merged_into     uuid,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT asn_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT asn_nip_key UNIQUE (tenant_id, nip),
    CONSTRAINT asn_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id),
    CONSTRAINT asn_nip_check CHECK (nip IS NOT NULL OR employment_type = 'non_asn' OR state IN ('merged', 'withdrawn'))
);
CREATE INDEX asn_by_name ON asn (tenant_id, name_key, id);
CREATE INDEX asn_by_opd ON asn (tenant_id, opd_id, name_key, id);
CREATE INDEX asn_by_superior ON asn (tenant_id, superior_id);
CREATE INDEX asn_by_update ON asn (tenant_id, updated_at);
ALTER TABLE asn ENABLE ROW LEVEL SECURITY;
ALTER TABLE asn FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON asn
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON asn TO netral_app;

-- The dated history of a person. One aspect never has two entries on one day.
CREATE TABLE asn_fact (
    tenant_id   integer NOT NULL,
    asn_id      uuid    NOT NULL,
    aspect      text    COLLATE "C" NOT NULL CONSTRAINT asn_fact_aspect_check CHECK (aspect IN ('nip', 'employment', 'rank', 'position', 'superior', 'legal_status')),
    valid_from  date    NOT NULL,
    valid_until date,
    value       text,
    title       text,
    opd_id      uuid,
    superior_id uuid,
    recorded_later boolean NOT NULL,
    import_id   uuid,
    created_at  timestamptz NOT NULL,
    CONSTRAINT asn_fact_pkey PRIMARY KEY (tenant_id, asn_id, aspect, valid_from),
    CONSTRAINT asn_fact_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id)
);
CREATE INDEX asn_fact_by_import ON asn_fact (tenant_id, import_id) WHERE import_id IS NOT NULL;
ALTER TABLE asn_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE asn_fact FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON asn_fact
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON asn_fact TO netral_app;

-- Spells on which nothing is asked of a person.
CREATE TABLE asn_absence (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    asn_id      uuid    NOT NULL,
    kind        text    NOT NULL CONSTRAINT asn_absence_kind_check CHECK (kind IN ('unpaid_state_leave', 'illness', 'study', 'maternity', 'other')),
    valid_from  date    NOT NULL,
    valid_until date,
    reason      text    NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT asn_absence_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT asn_absence_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT asn_absence_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX asn_absence_by_asn ON asn_absence (tenant_id, asn_id, valid_from);
ALTER TABLE asn_absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE asn_absence FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON asn_absence
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON asn_absence TO netral_app;

-- Words of names, plain and by sound ('~' first), for a forgiving search by ranges: trigram operators are not leakproof.
CREATE TABLE asn_name_token (
    tenant_id integer NOT NULL,
    token     text    COLLATE "C" NOT NULL,
    asn_id    uuid    NOT NULL,
    CONSTRAINT asn_name_token_pkey PRIMARY KEY (tenant_id, token, asn_id)
);
CREATE INDEX asn_name_token_by_asn ON asn_name_token (tenant_id, asn_id);
ALTER TABLE asn_name_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE asn_name_token FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON asn_name_token
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON asn_name_token TO netral_app;
