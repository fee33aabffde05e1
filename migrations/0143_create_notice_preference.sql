-- +goose Up
-- How a person wants to be told outside the application, in whatever government: one row for who ever chose something. Minutes
-- are of the local day of the government that a notice is of. timings holds, by kind, what differs from at_once.
CREATE TABLE notice_preference (
    account_id        uuid     NOT NULL CONSTRAINT notice_preference_pkey PRIMARY KEY,
    language          text     NOT NULL CONSTRAINT notice_preference_language_check CHECK (language IN ('id', 'en')),
    quiet_from        smallint CONSTRAINT notice_preference_quiet_from_check CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until       smallint CONSTRAINT notice_preference_quiet_until_check CHECK (quiet_until BETWEEN 0 AND 1439),
    working_days_only boolean  NOT NULL,
    digest_at         smallint NOT NULL CONSTRAINT notice_preference_digest_at_check CHECK (digest_at BETWEEN 0 AND 1439),
    timings           jsonb    NOT NULL,
    version           integer  NOT NULL,
    updated_at        timestamptz NOT NULL,
    CONSTRAINT notice_preference_account_fkey FOREIGN KEY (account_id) REFERENCES identity_account (id),
    CONSTRAINT notice_preference_quiet_check CHECK ((quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from IS DISTINCT FROM coalesce(quiet_until, -1))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_preference TO netral_app;

-- gathered: goes out with a digest, the delivery of kind 'digest' that message_id names.
ALTER TABLE notice_delivery DROP CONSTRAINT notice_delivery_state_check;
ALTER TABLE notice_delivery ADD CONSTRAINT notice_delivery_state_check CHECK (state IN ('waiting', 'gathered', 'sent', 'refused', 'failed', 'withheld'));
