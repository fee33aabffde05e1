-- +goose Up
-- Task forces (Satgas) set up by decree. Who signed comes from the mandates of the decree's day; mandate_id is empty when
-- nobody is known to have held one, which is shown and never hidden (X18).
CREATE TABLE task_force (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    name            text    NOT NULL,
    decree_number   text    NOT NULL,
    decree_key      text    COLLATE "C" NOT NULL,
    decreed_on      date    NOT NULL,
    mandate_id      uuid,
    signatory_title text    NOT NULL,
    signatory_name  text    NOT NULL,
    election_id     uuid,
    valid_from      date    NOT NULL,
    valid_until     date,
    recorded_later  boolean NOT NULL,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT task_force_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT task_force_decree_key UNIQUE (tenant_id, decree_key, decreed_on),
    CONSTRAINT task_force_mandate_fkey FOREIGN KEY (tenant_id, mandate_id) REFERENCES mandate (tenant_id, id),
    CONSTRAINT task_force_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX task_force_by_day ON task_force (tenant_id, valid_from, id);
ALTER TABLE task_force ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_force FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON task_force
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON task_force TO netral_app;

-- Who belongs to a task force, and since when until when: an ASN of the government or somebody from outside.
CREATE TABLE task_force_member (
    tenant_id      integer NOT NULL,
    id             uuid    NOT NULL,
    task_force_id  uuid    NOT NULL,
    role           text    NOT NULL CONSTRAINT task_force_member_role_check CHECK (role IN ('chair', 'vice_chair', 'secretary', 'member')),
    asn_id         uuid,
    name           text    NOT NULL,
    institution    text    NOT NULL,
    position       text    NOT NULL,
    valid_from     date    NOT NULL,
    valid_until    date,
    recorded_later boolean NOT NULL,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT task_force_member_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT task_force_member_force_fkey FOREIGN KEY (tenant_id, task_force_id) REFERENCES task_force (tenant_id, id),
    CONSTRAINT task_force_member_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT task_force_member_who_check CHECK ((asn_id IS NULL) = (name <> '')),
    CONSTRAINT task_force_member_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX task_force_member_by_force ON task_force_member (tenant_id, task_force_id, valid_from);
CREATE INDEX task_force_member_by_asn ON task_force_member (tenant_id, asn_id) WHERE asn_id IS NOT NULL;
ALTER TABLE task_force_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_force_member FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON task_force_member
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON task_force_member TO netral_app;
