-- +goose Up
-- Platform tables of package identity alone: who can sign in, with which roles, in which sessions, under which keys. They
-- have no row policies; every statement names the governments of both locks. Nothing here points into a tenant's tables by a
-- foreign key, and nothing there points here. Times are those of the wall clock, also where the demo's clock was moved.
CREATE TABLE identity_account (
    id              uuid    NOT NULL CONSTRAINT identity_account_pkey PRIMARY KEY,
    name            text    NOT NULL,
    email           text    CONSTRAINT identity_account_email_key UNIQUE,
    nip_hash        bytea   CONSTRAINT identity_account_nip_key UNIQUE,
    phone           text    NOT NULL,
    password_hash   text    NOT NULL,
    totp_sealed     bytea,
    totp_pending    bytea,
    totp_step       bigint  NOT NULL,
    state           text    NOT NULL CONSTRAINT identity_account_state_check CHECK (state IN ('invited', 'active', 'suspended')),
    assurance       text    NOT NULL CONSTRAINT identity_account_assurance_check CHECK (assurance IN ('sheet_code', 'bound_contact')),
    last_tenant     integer,
    code_reissued_at timestamptz,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON identity_account TO netral_app;

-- The governments an account belongs to (0: the installation itself), and its own record in the registry of each.
CREATE TABLE identity_membership (
    account_id uuid    NOT NULL,
    tenant_id  integer NOT NULL,
    asn_id     uuid,
    state      text    NOT NULL CONSTRAINT identity_membership_state_check CHECK (state IN ('invited', 'active', 'suspended')),
    created_at timestamptz NOT NULL,
    CONSTRAINT identity_membership_pkey PRIMARY KEY (account_id, tenant_id),
    CONSTRAINT identity_membership_asn_key UNIQUE (tenant_id, asn_id),
    CONSTRAINT identity_membership_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id)
);
CREATE INDEX identity_membership_by_tenant ON identity_membership (tenant_id, account_id);
GRANT SELECT, INSERT, UPDATE ON identity_membership TO netral_app;

CREATE TABLE identity_grant (
    id            uuid    NOT NULL CONSTRAINT identity_grant_pkey PRIMARY KEY,
    account_id    uuid    NOT NULL,
    tenant_id     integer NOT NULL,
    role          text    NOT NULL,
    opd_id        uuid,
    valid_from    date    NOT NULL,
    valid_until   date,
    stands_in_for uuid,
    granted_by    uuid,
    recorded_later boolean NOT NULL,
    version       integer NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT identity_grant_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id),
    CONSTRAINT identity_grant_stands_in_fkey FOREIGN KEY (stands_in_for) REFERENCES identity_grant (id)
);
CREATE INDEX identity_grant_by_account ON identity_grant (account_id, tenant_id);
CREATE INDEX identity_grant_by_tenant ON identity_grant (tenant_id, valid_from, id);
CREATE INDEX identity_grant_by_original ON identity_grant (stands_in_for) WHERE stands_in_for IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON identity_grant TO netral_app;

CREATE TABLE identity_session (
    id            uuid    NOT NULL CONSTRAINT identity_session_pkey PRIMARY KEY,
    account_id    uuid    NOT NULL,
    tenant_id     integer NOT NULL,
    agent         text    NOT NULL,
    second_factor boolean NOT NULL,
    opened_at     timestamptz NOT NULL,
    refreshed_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    end_reason    text,
    CONSTRAINT identity_session_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id)
);
CREATE INDEX identity_session_by_account ON identity_session (account_id, opened_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_session TO netral_app;

-- Every refresh token of a living session, used ones too: one that comes twice is known to be stolen.
CREATE TABLE identity_refresh_token (
    token_hash bytea NOT NULL CONSTRAINT identity_refresh_token_pkey PRIMARY KEY,
    session_id uuid  NOT NULL,
    issued_at  timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT identity_refresh_token_session_fkey FOREIGN KEY (session_id) REFERENCES identity_session (id) ON DELETE CASCADE
);
CREATE INDEX identity_refresh_token_by_session ON identity_refresh_token (session_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_refresh_token TO netral_app;

CREATE TABLE identity_recovery_code (
    account_id uuid  NOT NULL,
    code_hash  bytea NOT NULL,
    used_at    timestamptz,
    CONSTRAINT identity_recovery_code_pkey PRIMARY KEY (account_id, code_hash),
    CONSTRAINT identity_recovery_code_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_recovery_code TO netral_app;

-- One-time codes: 'open' sets a first password, 'reset' a new one, 'join' adds a government to a person who signs in
-- already. The codes themselves are nowhere but on paper.
CREATE TABLE identity_code (
    id         uuid    NOT NULL CONSTRAINT identity_code_pkey PRIMARY KEY,
    account_id uuid    NOT NULL,
    tenant_id  integer NOT NULL,
    kind       text    NOT NULL CONSTRAINT identity_code_kind_check CHECK (kind IN ('open', 'reset', 'join')),
    code_hash  bytea   NOT NULL CONSTRAINT identity_code_hash_key UNIQUE,
    attempts   integer NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_at  timestamptz,
    issued_by  uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT identity_code_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id)
);
CREATE INDEX identity_code_by_account ON identity_code (account_id) WHERE closed_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON identity_code TO netral_app;

-- Failed attempts by keyed hash of a name, a source, or both: neither can be read here.
CREATE TABLE identity_tally (
    key           bytea   NOT NULL CONSTRAINT identity_tally_pkey PRIMARY KEY,
    failures      integer NOT NULL,
    last_at       timestamptz NOT NULL,
    wait_until    timestamptz,
    trusted_until timestamptz
);
CREATE INDEX identity_tally_by_last ON identity_tally (last_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_tally TO netral_app;

CREATE TABLE identity_signing_key (
    kid            text  NOT NULL CONSTRAINT identity_signing_key_pkey PRIMARY KEY,
    sealed         bytea NOT NULL,
    signs_from     timestamptz NOT NULL,
    verifies_until timestamptz,
    created_at     timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON identity_signing_key TO netral_app;

-- What all replicas and commands of the installation must agree on.
CREATE TABLE identity_installation (
    id     boolean NOT NULL CONSTRAINT identity_installation_pkey PRIMARY KEY CONSTRAINT identity_installation_one_row CHECK (id),
    issuer text    NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON identity_installation TO netral_app;

-- Sign-ins begun at an outside identity provider, for some minutes.
CREATE TABLE identity_oidc_state (
    state_hash bytea NOT NULL CONSTRAINT identity_oidc_state_pkey PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_oidc_state_by_expiry ON identity_oidc_state (expires_at);
GRANT SELECT, INSERT, DELETE ON identity_oidc_state TO netral_app;
