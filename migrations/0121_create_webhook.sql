-- +goose Up
-- Webhooks: endpoints outside that are told of the changes of one feed. Platform tables, since an office's feed goes over
-- several governments; what is told of a change is its type and identifiers alone.
CREATE TABLE webhook_endpoint (
    id           uuid NOT NULL CONSTRAINT webhook_endpoint_pkey PRIMARY KEY,
    recipient_id uuid NOT NULL,
    tenant_id    integer, -- whose own systems are told; empty for a body outside
    client_id    uuid,    -- the machine client of a body outside that registered it, and whose reach bounds it
    url          text NOT NULL,
    description  text NOT NULL,
    types        jsonb NOT NULL,
    state        text NOT NULL CONSTRAINT webhook_endpoint_state_check CHECK (state IN ('active', 'paused', 'disabled', 'ended')),
    read_seq     bigint NOT NULL,
    failing_since timestamptz,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT webhook_endpoint_owner_check CHECK ((tenant_id IS NULL) <> (client_id IS NULL))
);
CREATE INDEX webhook_endpoint_by_recipient ON webhook_endpoint (recipient_id, id);
GRANT SELECT, INSERT, UPDATE ON webhook_endpoint TO netral_app;

CREATE TABLE webhook_secret (
    endpoint_id uuid  NOT NULL,
    id          uuid  NOT NULL,
    sealed      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    CONSTRAINT webhook_secret_pkey PRIMARY KEY (endpoint_id, id),
    CONSTRAINT webhook_secret_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint (id)
);
GRANT SELECT, INSERT, UPDATE ON webhook_secret TO netral_app;

-- One row for each change and endpoint, and for each test. place is the order in which an endpoint is told; of one
-- object nothing is sent while something earlier waits.
CREATE TABLE webhook_delivery (
    endpoint_id uuid   NOT NULL,
    id          uuid   NOT NULL,
    place       bigint NOT NULL,
    message_id  uuid   NOT NULL,
    type        text   NOT NULL,
    object_id   uuid   NOT NULL,
    government_id uuid,
    at          timestamptz NOT NULL,
    state       text   NOT NULL CONSTRAINT webhook_delivery_state_check CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts    integer NOT NULL,
    next_at     timestamptz NOT NULL,
    last_at     timestamptz,
    last_status integer,
    last_error  text NOT NULL,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (endpoint_id, id),
    CONSTRAINT webhook_delivery_place_key UNIQUE (endpoint_id, place),
    CONSTRAINT webhook_delivery_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint (id)
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint_id, object_id, place) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE state = 'waiting';
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO netral_app;
