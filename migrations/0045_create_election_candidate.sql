-- +goose Up
-- Whom a government's people must be neutral about. Elections and their stages are reference data (kinds election and
-- election_stage); an election's identifier follows from its code. Number 0 is a ballot number not drawn yet.
CREATE TABLE election_candidate (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    election_id uuid    NOT NULL,
    contest     text    COLLATE "C" NOT NULL,
    region_code text    NOT NULL,
    number      integer NOT NULL,
    name        text    NOT NULL,
    deputy_name text    NOT NULL,
    parties     text    NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT election_candidate_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX election_candidate_by_election ON election_candidate (tenant_id, election_id, contest, number, id);
ALTER TABLE election_candidate ENABLE ROW LEVEL SECURITY;
ALTER TABLE election_candidate FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON election_candidate
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON election_candidate TO netral_app;

-- What a candidate was since when. The frontier between ethics and discipline is the day of this candidate's determination.
CREATE TABLE election_candidate_status (
    tenant_id      integer NOT NULL,
    candidate_id   uuid    NOT NULL,
    valid_from     date    NOT NULL,
    status         text    NOT NULL CONSTRAINT election_candidate_status_status_check CHECK (status IN ('prospective', 'determined', 'not_determined', 'withdrawn')),
    source         text    NOT NULL,
    recorded_later boolean NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT election_candidate_status_pkey PRIMARY KEY (tenant_id, candidate_id, valid_from),
    CONSTRAINT election_candidate_status_candidate_fkey FOREIGN KEY (tenant_id, candidate_id) REFERENCES election_candidate (tenant_id, id)
);
ALTER TABLE election_candidate_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE election_candidate_status FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON election_candidate_status
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON election_candidate_status TO netral_app;
