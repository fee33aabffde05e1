-- +goose Up
-- What an oversight body pulls: one row for every case and every body that sent it, written with each step of the
-- case in the step's own transaction. Coarse words, numbers and days; nothing of persons.
CREATE TABLE case_status (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    case_id     uuid    NOT NULL,
    organisation_id uuid NOT NULL,
    our_number  text    COLLATE "C" NOT NULL,
    their_number text   NOT NULL,
    number_key  text    COLLATE "C" NOT NULL,
    status      text    NOT NULL CONSTRAINT case_status_status_check CHECK (status IN ('verifying', 'examining', 'awaiting_decision', 'decided_proven', 'decided_not_proven', 'sanction_in_force', 'closed_other')),
    received_on date    NOT NULL,
    registered_on date  NOT NULL,
    status_since date   NOT NULL,
    closed_on   date,
    version     integer NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT case_status_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT case_status_origin_key UNIQUE (tenant_id, case_id, organisation_id, number_key),
    CONSTRAINT case_status_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id)
);
CREATE INDEX case_status_by_update ON case_status (tenant_id, organisation_id, updated_at, id);
CREATE INDEX case_status_by_number ON case_status (tenant_id, organisation_id, number_key);
ALTER TABLE case_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_status FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON case_status
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON case_status TO netral_app;
