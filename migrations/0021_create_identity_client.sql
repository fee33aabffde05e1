-- +goose Up
-- Machine clients of oversight bodies. A secret is kept as a keyed hash, of a key only the public half.
CREATE TABLE identity_client (
    id              uuid NOT NULL CONSTRAINT identity_client_pkey PRIMARY KEY,
    name            text NOT NULL,
    organisation_id uuid NOT NULL,
    role            text NOT NULL CONSTRAINT identity_client_role_check CHECK (role IN ('bawaslu', 'bkn')),
    scopes          jsonb NOT NULL,
    expires_on      date NOT NULL,
    revoked_at      timestamptz,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL
);
CREATE INDEX identity_client_by_organisation ON identity_client (organisation_id, id);
GRANT SELECT, INSERT, UPDATE ON identity_client TO netral_app;

CREATE TABLE identity_client_government (
    client_id uuid    NOT NULL,
    tenant_id integer NOT NULL,
    CONSTRAINT identity_client_government_pkey PRIMARY KEY (client_id, tenant_id),
    CONSTRAINT identity_client_government_client_fkey FOREIGN KEY (client_id) REFERENCES identity_client (id)
);
CREATE INDEX identity_client_government_by_tenant ON identity_client_government (tenant_id, client_id);
GRANT SELECT, INSERT ON identity_client_government TO netral_app;

-- 'command' is a token that the operator's command made, without a secret.
CREATE TABLE identity_client_credential (
    id          uuid NOT NULL CONSTRAINT identity_client_credential_pkey PRIMARY KEY,
    client_id   uuid NOT NULL,
    kind        text NOT NULL CONSTRAINT identity_client_credential_kind_check CHECK (kind IN ('secret', 'key', 'command')),
    secret_hash bytea,
    kid         text,
    jwk         jsonb,
    expires_on  date NOT NULL,
    closed_at   timestamptz,
    created_at  timestamptz NOT NULL,
    CONSTRAINT identity_client_credential_client_fkey FOREIGN KEY (client_id) REFERENCES identity_client (id),
    CONSTRAINT identity_client_credential_kid_key UNIQUE (client_id, kid)
);
GRANT SELECT, INSERT, UPDATE ON identity_client_credential TO netral_app;

-- Assertions seen: each serves once.
CREATE TABLE identity_assertion (
    client_id  uuid  NOT NULL,
    jti_hash   bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT identity_assertion_pkey PRIMARY KEY (client_id, jti_hash),
    CONSTRAINT identity_assertion_client_fkey FOREIGN KEY (client_id) REFERENCES identity_client (id)
);
CREATE INDEX identity_assertion_by_expiry ON identity_assertion (expires_at);
GRANT SELECT, INSERT, DELETE ON identity_assertion TO netral_app;
