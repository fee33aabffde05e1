-- +goose Up
-- From where a machine client may call, and how often. None named means from everywhere.
ALTER TABLE identity_client
    ADD COLUMN networks jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN quota_per_minute integer NOT NULL DEFAULT 600,
    ADD CONSTRAINT identity_client_quota_check CHECK (quota_per_minute BETWEEN 1 AND 60000);
GRANT DELETE ON identity_client_government TO netral_app;

-- A leaked secret or key is suspended at once by whoever notices: the office, the client itself, a government that it
-- reaches, or the installation; which one is kept, since the watched must not switch off the watcher unseen.
ALTER TABLE identity_client_credential
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_by text,
    ADD COLUMN suspended_tenant integer,
    ADD COLUMN suspended_reason text NOT NULL DEFAULT '',
    ADD CONSTRAINT identity_client_credential_suspended_by_check CHECK (suspended_by IN ('installation', 'government', 'office', 'client')),
    ADD CONSTRAINT identity_client_credential_suspended_check CHECK ((suspended_at IS NULL) = (suspended_by IS NULL));

-- What was done about a machine client, and what is proposed: the client, its office, the governments and provinces it
-- watches and BKN read it. wish holds what an alteration sets.
CREATE TABLE identity_client_change (
    id            uuid NOT NULL CONSTRAINT identity_client_change_pkey PRIMARY KEY,
    client_id     uuid NOT NULL,
    kind          text NOT NULL CONSTRAINT identity_client_change_kind_check CHECK (kind IN ('registration', 'alteration', 'revocation', 'secret', 'key', 'suspension', 'reinstatement', 'credential_revocation')),
    state         text NOT NULL CONSTRAINT identity_client_change_state_check CHECK (state IN ('proposed', 'in_force', 'rejected', 'lapsed')),
    narrows       boolean NOT NULL,
    side          text NOT NULL CONSTRAINT identity_client_change_side_check CHECK (side IN ('installation', 'government', 'office', 'client')),
    tenant_id     integer,
    credential_id uuid,
    reason        text NOT NULL,
    wish          jsonb NOT NULL,
    proposed_by   uuid,
    proposed_at   timestamptz NOT NULL,
    decided_by    uuid,
    decided_at    timestamptz,
    decision_reason text NOT NULL,
    version       integer NOT NULL,
    CONSTRAINT identity_client_change_client_fkey FOREIGN KEY (client_id) REFERENCES identity_client (id),
    CONSTRAINT identity_client_change_decided_check CHECK ((state = 'proposed') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX identity_client_change_open ON identity_client_change (client_id) WHERE state = 'proposed';
CREATE INDEX identity_client_change_by_time ON identity_client_change (proposed_at, id);
CREATE INDEX identity_client_change_by_client ON identity_client_change (client_id, proposed_at, id);
GRANT SELECT, INSERT, UPDATE ON identity_client_change TO netral_app;

-- The office whose people an oversight officer belongs to.
ALTER TABLE identity_grant
    ADD COLUMN organisation_id uuid,
    ADD CONSTRAINT identity_grant_organisation_check CHECK ((role = 'oversight_officer') = (organisation_id IS NOT NULL));
