-- +goose Up
-- A government that asks for a space of its own. The table belongs to the installation: there is no government yet. Who
-- asked, and how they are reached, is there until it is decided and no longer; the code is kept hashed.
CREATE TABLE government_application (
    id                 uuid NOT NULL CONSTRAINT government_application_pkey PRIMARY KEY,
    code_hash          bytea NOT NULL CONSTRAINT government_application_code_hash_key UNIQUE,
    state              text NOT NULL CONSTRAINT government_application_state_check CHECK (state IN ('submitted', 'approved', 'rejected', 'lapsed')),
    government_code    text COLLATE "C" NOT NULL,
    name               text NOT NULL,
    kind               text NOT NULL,
    zone               text NOT NULL,
    head_title         text NOT NULL,
    agency_name        text NOT NULL,
    short_name         text NOT NULL,
    address            text NOT NULL,
    letter_number      text NOT NULL,
    letter_on          date NOT NULL,
    applicant_name     text NOT NULL,
    applicant_position text NOT NULL,
    applicant_email    text NOT NULL,
    applicant_phone    text NOT NULL,
    note               text NOT NULL,
    submitted_on       date NOT NULL,
    decided_on         date,
    decided_by         uuid,
    reason             text NOT NULL,
    government_id      uuid,
    version            integer NOT NULL,
    CONSTRAINT government_application_decided_check CHECK ((state = 'submitted') = (decided_on IS NULL)),
    CONSTRAINT government_application_approved_check CHECK ((state = 'approved') = (government_id IS NOT NULL)),
    CONSTRAINT government_application_contact_check CHECK (state = 'submitted' OR (applicant_name = '' AND applicant_position = '' AND applicant_email = '' AND applicant_phone = '' AND note = ''))
);
CREATE INDEX government_application_by_day ON government_application (submitted_on, id);
GRANT SELECT, INSERT, UPDATE ON government_application TO netral_app;
