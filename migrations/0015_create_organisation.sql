-- +goose Up
-- Oversight bodies and ministries, the same for every government: a platform table, written by the installation's
-- administrator. Who oversees neutrality is a row with dates, since it changed in September 2024 and will again.
CREATE TABLE organisation (
    id           uuid    NOT NULL,
    kind         text    NOT NULL CONSTRAINT organisation_kind_check CHECK (kind IN ('bawaslu', 'bkn', 'kasn', 'kpu', 'ministry', 'other')),
    level        text    NOT NULL CONSTRAINT organisation_level_check CHECK (level IN ('national', 'province', 'regency_city')),
    name         text    COLLATE "C" NOT NULL,
    abbreviation text    NOT NULL,
    region_code  text    COLLATE "C" NOT NULL,
    valid_from   date    NOT NULL,
    valid_until  date,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT organisation_pkey PRIMARY KEY (id),
    CONSTRAINT organisation_name_key UNIQUE (name, region_code, valid_from),
    CONSTRAINT organisation_period_check CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX organisation_by_region ON organisation (region_code, kind);
GRANT SELECT, INSERT, UPDATE ON organisation TO netral_app;
