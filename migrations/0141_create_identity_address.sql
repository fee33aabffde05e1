-- +goose Up
-- Where messages reach a person outside the application, besides what they sign in with. Nothing is sent to an address before
-- its owner has typed the code that was sent to it. Of the code nothing is kept: the program derives it from the row's id,
-- code_serial and the master key, so that a message can be written again and whoever has the database alone has no code.
CREATE TABLE identity_address (
    id              uuid    NOT NULL CONSTRAINT identity_address_pkey PRIMARY KEY,
    account_id      uuid    NOT NULL,
    channel         text    NOT NULL CONSTRAINT identity_address_channel_check CHECK (channel IN ('email', 'phone')),
    value           text    NOT NULL,
    state           text    NOT NULL CONSTRAINT identity_address_state_check CHECK (state IN ('unconfirmed', 'confirmed', 'failing')),
    code_serial     integer NOT NULL,
    code_expires_at timestamptz NOT NULL,
    attempts        integer NOT NULL,
    confirmed_at    timestamptz,
    failing_since   timestamptz,
    failure         text    NOT NULL,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT identity_address_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id),
    CONSTRAINT identity_address_value_key UNIQUE (account_id, channel, value),
    CONSTRAINT identity_address_failing_check CHECK ((state = 'failing') = (failing_since IS NOT NULL))
);
CREATE INDEX identity_address_failing ON identity_address (failing_since, id) WHERE state = 'failing';
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_address TO netral_app;
