-- +goose Up
-- Facts of law and practice, by kind and code, with the days on which each holds. Tenant 0 holds the national rows, which
-- everybody reads and only the installation writes; a government's own row of the same code goes before them. A row is
-- never rewritten: it gets a last day, or is withdrawn when it never was true, and another one follows it.
CREATE TABLE reference_row (
    tenant_id      integer NOT NULL,
    id             uuid    NOT NULL,
    kind           text    COLLATE "C" NOT NULL,
    code           text    COLLATE "C" NOT NULL,
    name_id        text    NOT NULL,
    name_en        text    NOT NULL,
    note_id        text    NOT NULL,
    note_en        text    NOT NULL,
    valid_from     date,
    valid_until    date,
    suspended_from date,
    replaced_by    jsonb   NOT NULL,
    legal_basis    text    NOT NULL,
    legal_sources  jsonb   NOT NULL,
    source_id      text    NOT NULL,
    source_en      text    NOT NULL,
    confidence     text    NOT NULL CONSTRAINT reference_row_confidence_check CHECK (confidence IN ('high', 'medium', 'low')),
    data           jsonb   NOT NULL,
    origin         text    NOT NULL CONSTRAINT reference_row_origin_check CHECK (origin IN ('program', 'people')),
    recorded_later boolean NOT NULL,
    withdrawn_at   timestamptz,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT reference_row_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT reference_row_period_check CHECK (valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from)
);
CREATE UNIQUE INDEX reference_row_code_key ON reference_row (tenant_id, kind, code, valid_from) NULLS NOT DISTINCT WHERE withdrawn_at IS NULL;
ALTER TABLE reference_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE reference_row FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reference_row
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
CREATE POLICY national_rows ON reference_row FOR SELECT USING (tenant_id = 0);
GRANT SELECT, INSERT, UPDATE ON reference_row TO netral_app;

-- Who held a row against its source, and when; a government may do so for national rows as well, on its own account.
CREATE TABLE reference_verification (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    row_id      uuid    NOT NULL,
    verified_by uuid    NOT NULL,
    verified_at timestamptz NOT NULL,
    note        text    NOT NULL,
    CONSTRAINT reference_verification_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX reference_verification_by_row ON reference_verification (tenant_id, row_id, verified_at);
ALTER TABLE reference_verification ENABLE ROW LEVEL SECURITY;
ALTER TABLE reference_verification FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reference_verification
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
CREATE POLICY national_rows ON reference_verification FOR SELECT USING (tenant_id = 0);
GRANT SELECT, INSERT ON reference_verification TO netral_app;

-- Which version of the program's own rows the national rows come from, so that an older program changes nothing back.
CREATE TABLE reference_program (
    id      boolean NOT NULL CONSTRAINT reference_program_pkey PRIMARY KEY CONSTRAINT reference_program_one_row CHECK (id),
    version integer NOT NULL,
    digest  text    NOT NULL
);
INSERT INTO reference_program VALUES (true, 0, '');
GRANT SELECT, UPDATE ON reference_program TO netral_app;
