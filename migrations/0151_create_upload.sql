-- +goose Up
-- Files on their way in. owner names whose they are (user:id, client:id), so that who has no account can be told by a
-- secret; a file's name is sealed, since it may name persons.
CREATE TABLE upload (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    owner           text    COLLATE "C" NOT NULL,
    government_code text    NOT NULL,
    state           text    NOT NULL CONSTRAINT upload_state_check CHECK (state IN ('open', 'held', 'complete', 'used', 'refused')),
    file_name       bytea   NOT NULL,
    media_type      text    NOT NULL,
    size            bigint  NOT NULL CONSTRAINT upload_size_check CHECK (size > 0),
    sha256          bytea   NOT NULL CONSTRAINT upload_sha256_check CHECK (length(sha256) = 32),
    part_size       bigint  NOT NULL CONSTRAINT upload_part_size_check CHECK (part_size > 0),
    blob_id         uuid,
    scan            text    CONSTRAINT upload_scan_check CHECK (scan IN ('clean', 'not_scanned')),
    version         integer NOT NULL,
    expires_at      timestamptz NOT NULL,
    CONSTRAINT upload_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT upload_blob_key UNIQUE (tenant_id, blob_id),
    CONSTRAINT upload_blob_fkey FOREIGN KEY (tenant_id, blob_id) REFERENCES blob (tenant_id, id),
    CONSTRAINT upload_blob_check CHECK ((state IN ('held', 'complete', 'used')) = (blob_id IS NOT NULL)),
    CONSTRAINT upload_scanned_check CHECK (state NOT IN ('complete', 'used') OR scan IS NOT NULL)
);
CREATE INDEX upload_by_owner ON upload (tenant_id, owner, expires_at);
CREATE INDEX upload_by_expiry ON upload (tenant_id, expires_at);
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON upload
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON upload TO netral_app;

-- The parts that arrived, until the upload is whole.
CREATE TABLE upload_part (
    tenant_id integer NOT NULL,
    upload_id uuid    NOT NULL,
    no        integer NOT NULL CONSTRAINT upload_part_no_check CHECK (no > 0),
    blob_id   uuid    NOT NULL,
    size      bigint  NOT NULL,
    sha256    bytea   NOT NULL CONSTRAINT upload_part_sha256_check CHECK (length(sha256) = 32),
    CONSTRAINT upload_part_pkey PRIMARY KEY (tenant_id, upload_id, no),
    CONSTRAINT upload_part_upload_fkey FOREIGN KEY (tenant_id, upload_id) REFERENCES upload (tenant_id, id),
    CONSTRAINT upload_part_blob_key UNIQUE (tenant_id, blob_id),
    CONSTRAINT upload_part_blob_fkey FOREIGN KEY (tenant_id, blob_id) REFERENCES blob (tenant_id, id)
);
ALTER TABLE upload_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload_part FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON upload_part
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON upload_part TO netral_app;
