-- +goose Up
-- Units of a government as a tree. path holds the ids from the root down, fixed length, so that a subtree is a range of
-- C-collated text: unlike LIKE, >= and < are leakproof and keep their index under row policies.
CREATE TABLE opd (
    tenant_id    integer NOT NULL,
    id           uuid    NOT NULL,
    code         text    NOT NULL,
    name         text    NOT NULL,
    type         text    NOT NULL,
    parent_id    uuid,
    path         text    COLLATE "C" NOT NULL,
    valid_from   date    NOT NULL,
    valid_until  date,
    successor_id uuid,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT opd_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT opd_code_key UNIQUE (tenant_id, code),
    CONSTRAINT opd_parent_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES opd (tenant_id, id),
    CONSTRAINT opd_successor_fkey FOREIGN KEY (tenant_id, successor_id) REFERENCES opd (tenant_id, id),
    CONSTRAINT opd_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX opd_by_path ON opd (tenant_id, path);
CREATE INDEX opd_by_name ON opd (tenant_id, name, id);
ALTER TABLE opd ENABLE ROW LEVEL SECURITY;
ALTER TABLE opd FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON opd
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON opd TO netral_app;

-- What became of each unit, day by day: the tree on any day is told from it.
CREATE TABLE opd_change (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    kind        text    NOT NULL CONSTRAINT opd_change_kind_check CHECK (kind IN ('created', 'renamed', 'moved', 'merged', 'split', 'ended')),
    changed_on  date    NOT NULL,
    name        text    NOT NULL,
    parent_id   uuid,
    related_ids jsonb   NOT NULL,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT opd_change_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT opd_change_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id)
);
CREATE INDEX opd_change_by_opd ON opd_change (tenant_id, opd_id, changed_on, created_at);
ALTER TABLE opd_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE opd_change FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON opd_change
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON opd_change TO netral_app;

-- Heads and personnel officers of units, with periods.
CREATE TABLE opd_officer (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    opd_id      uuid    NOT NULL,
    office      text    NOT NULL CONSTRAINT opd_officer_office_check CHECK (office IN ('head', 'personnel_officer')),
    asn_id      uuid    NOT NULL,
    holder_kind text    NOT NULL CONSTRAINT opd_officer_holder_kind_check CHECK (holder_kind IN ('definitive', 'plt', 'plh')),
    valid_from  date    NOT NULL,
    valid_until date,
    recorded_later boolean NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT opd_officer_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT opd_officer_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id),
    CONSTRAINT opd_officer_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX opd_officer_by_opd ON opd_officer (tenant_id, opd_id, valid_from);
CREATE INDEX opd_officer_by_asn ON opd_officer (tenant_id, asn_id);
ALTER TABLE opd_officer ENABLE ROW LEVEL SECURITY;
ALTER TABLE opd_officer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON opd_officer
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON opd_officer TO netral_app;
