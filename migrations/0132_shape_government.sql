-- +goose Up
-- How a government presents itself. texts holds its own words by key, none where it has said nothing.
ALTER TABLE government
    DROP COLUMN circular_number_format,
    ADD COLUMN short_name text NOT NULL DEFAULT '',
    ADD COLUMN address    text NOT NULL DEFAULT '',
    ADD COLUMN texts      jsonb NOT NULL DEFAULT '{}';

-- The logo as it is served: written anew by the program, never what was sent.
CREATE TABLE government_logo (
    tenant_id  integer NOT NULL CONSTRAINT government_logo_pkey PRIMARY KEY,
    media_type text    NOT NULL CONSTRAINT government_logo_media_type_check CHECK (media_type IN ('image/png', 'image/jpeg')),
    width      integer NOT NULL,
    height     integer NOT NULL,
    sha256     text    NOT NULL,
    picture    bytea   NOT NULL CONSTRAINT government_logo_picture_check CHECK (octet_length(picture) <= 262144),
    updated_at timestamptz NOT NULL
);
ALTER TABLE government_logo ENABLE ROW LEVEL SECURITY;
ALTER TABLE government_logo FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON government_logo
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON government_logo TO netral_app;

-- How letters of a kind are numbered.
CREATE TABLE government_numbering (
    tenant_id      integer NOT NULL,
    id             uuid    NOT NULL,
    letter_kind    text    NOT NULL CONSTRAINT government_numbering_letter_kind_check CHECK (letter_kind IN ('circular', 'letter', 'assignment', 'summons', 'examination_record', 'decision')),
    pattern        text    NOT NULL,
    classification text    NOT NULL,
    unit           text    NOT NULL,
    version        integer NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT government_numbering_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT government_numbering_letter_kind_key UNIQUE (tenant_id, letter_kind)
);
ALTER TABLE government_numbering ENABLE ROW LEVEL SECURITY;
ALTER TABLE government_numbering FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON government_numbering
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON government_numbering TO netral_app;

-- The last serial of each year. Its row is locked from taking a number to the end of the transaction that uses it: one
-- that fails gives the number back, so there are no gaps.
CREATE TABLE government_serial (
    tenant_id   integer NOT NULL,
    letter_kind text    NOT NULL,
    year        integer NOT NULL,
    last        integer NOT NULL CONSTRAINT government_serial_last_check CHECK (last BETWEEN 0 AND 999999),
    CONSTRAINT government_serial_pkey PRIMARY KEY (tenant_id, letter_kind, year)
);
ALTER TABLE government_serial ENABLE ROW LEVEL SECURITY;
ALTER TABLE government_serial FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON government_serial
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON government_serial TO netral_app;

-- The register of numbers that were taken.
CREATE TABLE government_number (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    letter_kind text    NOT NULL,
    year        integer NOT NULL,
    serial      integer NOT NULL,
    number      text    NOT NULL,
    dated_on    date    NOT NULL,
    subject     text    NOT NULL,
    taken_by    uuid,
    taken_at    timestamptz NOT NULL,
    recorded_later boolean NOT NULL,
    CONSTRAINT government_number_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT government_number_serial_key UNIQUE (tenant_id, letter_kind, year, serial)
);
ALTER TABLE government_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE government_number FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON government_number
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON government_number TO netral_app;
