-- +goose Up
-- A notice on its way to one address outside, or the code that confirms an address (notice_id is null then, tenant 0). A row is
-- written with its notice and claimed before anything is sent: next_at is until when, so that what a killed sender held is sent
-- by the next one. message_id names the message that carries it; the deliveries of one digest share the one of the first.
CREATE TABLE notice_delivery (
    tenant_id  integer NOT NULL,
    id         uuid    NOT NULL,
    account_id uuid    NOT NULL,
    address_id uuid    NOT NULL,
    channel    text    NOT NULL CONSTRAINT notice_delivery_channel_check CHECK (channel IN ('email', 'phone')),
    kind       text    NOT NULL,
    notice_id  uuid,
    state      text    NOT NULL CONSTRAINT notice_delivery_state_check CHECK (state IN ('waiting', 'sent', 'refused', 'failed', 'withheld')),
    message_id uuid,
    attempts   integer NOT NULL,
    next_at    timestamptz NOT NULL,
    last_at    timestamptz,
    last_status integer,
    last_error text    NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT notice_delivery_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT notice_delivery_notice_key UNIQUE (tenant_id, notice_id, address_id)
);
CREATE INDEX notice_delivery_due ON notice_delivery (tenant_id, channel, next_at) WHERE state = 'waiting';
CREATE INDEX notice_delivery_by_message ON notice_delivery (tenant_id, message_id);
CREATE INDEX notice_delivery_by_time ON notice_delivery (tenant_id, created_at);
ALTER TABLE notice_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON notice_delivery
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_delivery TO netral_app;
