-- +goose Up
-- Files that lie encrypted in the store outside the database, by their identifier: sizes and SHA-256 in the clear and as
-- they lie there. A file without a row is an orphan.
CREATE TABLE blob (
    tenant_id     integer NOT NULL,
    id            uuid    NOT NULL,
    size          bigint  NOT NULL,
    sha256        bytea   NOT NULL CONSTRAINT blob_sha256_check CHECK (length(sha256) = 32),
    sealed_size   bigint  NOT NULL,
    sealed_sha256 bytea   NOT NULL CONSTRAINT blob_sealed_sha256_check CHECK (length(sealed_sha256) = 32),
    created_at    timestamptz NOT NULL,
    CONSTRAINT blob_pkey PRIMARY KEY (tenant_id, id)
);
ALTER TABLE blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE blob FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON blob
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON blob TO netral_app;
