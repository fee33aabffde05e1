-- +goose Up
-- One file on its way into the registry: what was declared about it, how far it is, what came of it.
CREATE TABLE import (
    tenant_id        integer NOT NULL,
    id               uuid    NOT NULL,
    mode             text    NOT NULL CONSTRAINT import_mode_check CHECK (mode IN ('dry_run', 'all_or_nothing', 'accept_valid')),
    state            text    NOT NULL CONSTRAINT import_state_check CHECK (state IN ('queued', 'reading', 'ready', 'applying', 'applied', 'refused', 'failed', 'cancelled', 'undoing', 'undone')),
    file_name        text    NOT NULL,
    format           text    NOT NULL CONSTRAINT import_format_check CHECK (format IN ('xlsx', 'csv')),
    size             bigint  NOT NULL,
    worksheet        text    NOT NULL,
    opd_id           uuid,
    employment_types jsonb   NOT NULL,
    valid_from       date    NOT NULL,
    mapping          jsonb   NOT NULL,
    create_units     boolean NOT NULL,
    columns          jsonb   NOT NULL,
    gone             jsonb   NOT NULL,
    phase            text    NOT NULL,
    percent          integer NOT NULL,
    rows_read        integer NOT NULL,
    attempts         integer NOT NULL,
    counts           jsonb   NOT NULL,
    problem          text,
    problem_line      integer,
    difference       text,
    answers          text,
    version          integer NOT NULL,
    created_at       timestamptz NOT NULL,
    touched_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    expired_at       timestamptz,
    CONSTRAINT import_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT import_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
CREATE INDEX import_by_time ON import (tenant_id, created_at, id);
ALTER TABLE import ENABLE ROW LEVEL SECURITY;
ALTER TABLE import FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON import
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON import TO netral_app;

-- The file itself in pieces, so that any replica can work on it; gone when the import is finished, or after a day. A
-- piece may come before its import: a file that is refused leaves none.
CREATE TABLE import_chunk (
    tenant_id  integer NOT NULL,
    import_id  uuid    NOT NULL,
    piece      integer NOT NULL,
    bytes      bytea   NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT import_chunk_pkey PRIMARY KEY (tenant_id, import_id, piece)
);
ALTER TABLE import_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE import_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_chunk FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON import_chunk
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON import_chunk TO netral_app;

-- What became of each row: the answer, and the difference it makes. Kept for some weeks, then only counts and the hash
-- of the answers remain.
CREATE TABLE import_row (
    tenant_id  integer NOT NULL,
    import_id  uuid    NOT NULL,
    line       integer NOT NULL,
    outcome    text    NOT NULL CONSTRAINT import_row_outcome_check CHECK (outcome IN ('created', 'changed', 'moved', 'unchanged', 'refused', 'skipped')),
    asn_id     uuid,
    name       text,
    opd_id     uuid,
    changes    jsonb,
    findings   jsonb,
    cells      jsonb,
    retires_on date,
    CONSTRAINT import_row_pkey PRIMARY KEY (tenant_id, import_id, line)
);
-- Imports are mostly rows of which there is nothing to say; the rest is found without reading those.
CREATE INDEX import_row_by_outcome ON import_row (tenant_id, import_id, outcome, line) WHERE outcome NOT IN ('created', 'unchanged');
CREATE INDEX import_row_by_finding ON import_row (tenant_id, import_id, line) WHERE findings IS NOT NULL;
CREATE INDEX import_row_by_retirement ON import_row (tenant_id, import_id, line) WHERE retires_on IS NOT NULL;
ALTER TABLE import_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_row FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON import_row
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON import_row TO netral_app;

-- Persons of the declared scope whom the file does not hold. A proposal, never more.
CREATE TABLE import_gone (
    tenant_id integer NOT NULL,
    import_id uuid    NOT NULL,
    asn_id    uuid    NOT NULL,
    CONSTRAINT import_gone_pkey PRIMARY KEY (tenant_id, import_id, asn_id)
);
ALTER TABLE import_gone ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_gone FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON import_gone
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON import_gone TO netral_app;

-- Records and entries as they were before an import changed them, so that it can be taken back. Owned by package asn.
CREATE TABLE asn_before (
    tenant_id  integer NOT NULL,
    import_id  uuid    NOT NULL,
    asn_id     uuid    NOT NULL,
    aspect     text    COLLATE "C" NOT NULL,
    valid_from date    NOT NULL,
    image      jsonb   NOT NULL,
    undone     boolean NOT NULL,
    CONSTRAINT asn_before_pkey PRIMARY KEY (tenant_id, import_id, asn_id, aspect, valid_from),
    CONSTRAINT asn_before_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id)
);
CREATE INDEX asn_before_by_asn ON asn_before (tenant_id, asn_id);
ALTER TABLE asn_before ENABLE ROW LEVEL SECURITY;
ALTER TABLE asn_before FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON asn_before
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON asn_before TO netral_app;
