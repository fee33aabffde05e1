-- +goose Up
-- The answers of writes that were sent with an Idempotency-Key, each written in its effect's own transaction and kept
-- for a day. The key is a keyed hash and the answer sealed under the key itself: the database alone tells neither.
CREATE TABLE idempotency_record (
    tenant_id   integer NOT NULL,
    key_hash    bytea   NOT NULL,
    fingerprint bytea   NOT NULL,
    answer      bytea   NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT idempotency_record_pkey PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX idempotency_record_by_expiry ON idempotency_record (tenant_id, expires_at);
ALTER TABLE idempotency_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_record FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON idempotency_record
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, DELETE ON idempotency_record TO netral_app;
