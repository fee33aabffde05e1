-- +goose Up
-- Keys that sign receipts. The newest that is not revoked signs; none is ever removed, since what it signed must verify for
-- years. Private halves are sealed under the master key.
CREATE TABLE identity_receipt_key (
    kid        text  NOT NULL CONSTRAINT identity_receipt_key_pkey PRIMARY KEY,
    sealed     bytea NOT NULL,
    public     bytea NOT NULL CONSTRAINT identity_receipt_key_public_check CHECK (length(public) = 32),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON identity_receipt_key TO netral_app;
