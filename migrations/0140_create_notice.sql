-- +goose Up
-- What is told to whom. A cause is written in the transaction of the change and is gone when its notices are there: at once for the
-- few, by the next round for the many, and not before release_at for what the public sent (T-03).
CREATE TABLE notice_cause (
    tenant_id  integer NOT NULL,
    id         uuid    NOT NULL,
    kind       text    NOT NULL,
    object_id  uuid    NOT NULL,
    actor_id   uuid,
    release_at timestamptz NOT NULL,
    CONSTRAINT notice_cause_pkey PRIMARY KEY (tenant_id, id, kind)
);
CREATE INDEX notice_cause_due ON notice_cause (tenant_id, release_at);
ALTER TABLE notice_cause ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_cause FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON notice_cause
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_cause TO netral_app;

-- Notices, one for each recipient, cause and kind. They name the object and carry nothing of it; tenant 0 holds what concerns an
-- account in whatever government.
CREATE TABLE notice (
    tenant_id  integer NOT NULL,
    account_id uuid    NOT NULL,
    id         uuid    NOT NULL,
    cause_id   uuid    NOT NULL,
    kind       text    NOT NULL,
    object_id  uuid    NOT NULL,
    at         timestamptz NOT NULL,
    read_at    timestamptz,
    updated_at timestamptz NOT NULL,
    version    integer NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (tenant_id, account_id, id),
    CONSTRAINT notice_cause_key UNIQUE (tenant_id, cause_id, kind, account_id)
);
CREATE INDEX notice_by_account ON notice (tenant_id, account_id, at, id);
CREATE INDEX notice_by_object ON notice (tenant_id, object_id, kind, account_id);
CREATE INDEX notice_by_time ON notice (tenant_id, at);
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON notice
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON notice TO netral_app;
