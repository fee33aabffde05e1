-- +goose Up
-- Whose finding a submission rests on when somebody else handed it over (Bawaslu's, sent on by BKN), and its number in
-- BKN's report sharing (SBT). Visible to an office is every matter whose origin names it, however it came.
ALTER TABLE report
    ADD COLUMN source_organisation_id uuid,
    ADD COLUMN source_number text NOT NULL DEFAULT '',
    ADD COLUMN sbt_number text NOT NULL DEFAULT '';
ALTER TABLE recommendation
    ADD COLUMN source_organisation_id uuid,
    ADD COLUMN source_number text NOT NULL DEFAULT '',
    ADD COLUMN sbt_number text NOT NULL DEFAULT '';
ALTER TABLE casefile_origin
    ADD COLUMN source_organisation_id uuid,
    ADD COLUMN source_number text NOT NULL DEFAULT '',
    ADD COLUMN sbt_number text NOT NULL DEFAULT '';
CREATE INDEX report_by_duplicate ON report (tenant_id, duplicate_of) WHERE duplicate_of IS NOT NULL;

-- The read model holds everything that is answered, also what is not accepted yet, so that one statement answers. It is
-- made anew; the sweep of package casestatus fills it from what it is made of.
DROP TABLE case_status;
CREATE TABLE case_status (
    tenant_id         integer NOT NULL,
    id                uuid    NOT NULL,
    organisation_id   uuid    NOT NULL,
    case_id           uuid,
    report_id         uuid,
    recommendation_id uuid,
    government_code   text    NOT NULL,
    zone              text    NOT NULL,
    our_number        text    NOT NULL,
    our_key           text    COLLATE "C" NOT NULL,
    receipt_number    text    NOT NULL,
    receipt_key       text    COLLATE "C" NOT NULL,
    their_number      text    NOT NULL,
    number_key        text    COLLATE "C" NOT NULL,
    sbt_number        text    NOT NULL,
    sbt_key           text    COLLATE "C" NOT NULL,
    status            text    NOT NULL CONSTRAINT case_status_status_check CHECK (status IN ('received', 'verifying', 'examining', 'awaiting_decision', 'decided_proven', 'decided_not_proven', 'sanction_in_force', 'closed_other')),
    status_since      date    NOT NULL,
    received_on       date    NOT NULL,
    registered_on     date,
    closed_on         date,
    waits_for         text    NOT NULL CONSTRAINT case_status_waits_for_check CHECK (waits_for IN ('nobody', 'sender', 'task_force', 'personnel_agency', 'direct_superior', 'examiners', 'deciding_official', 'appointing_authority', 'subject', 'bkn', 'bpasn', 'other_body')),
    due_on            date,
    due_rule          text    NOT NULL,
    due_confidence    text    NOT NULL CONSTRAINT case_status_due_confidence_check CHECK (due_confidence IN ('', 'high', 'medium', 'low')),
    version           integer NOT NULL,
    updated_at        timestamptz NOT NULL,
    CONSTRAINT case_status_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT case_status_origin_key UNIQUE (tenant_id, case_id, organisation_id, number_key),
    CONSTRAINT case_status_case_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES casefile (tenant_id, id),
    CONSTRAINT case_status_due_check CHECK ((due_on IS NULL) = (due_rule = ''))
);
-- An office asks for its own over all governments at once, so its indexes begin with it; they are no keys.
CREATE INDEX case_status_by_update ON case_status (organisation_id, updated_at, id);
CREATE INDEX case_status_by_their_number ON case_status (organisation_id, number_key);
CREATE INDEX case_status_by_our_number ON case_status (organisation_id, our_key);
CREATE INDEX case_status_by_receipt ON case_status (organisation_id, receipt_key);
CREATE INDEX case_status_by_sbt ON case_status (organisation_id, sbt_key);
CREATE INDEX case_status_by_report ON case_status (tenant_id, report_id) WHERE report_id IS NOT NULL;
CREATE INDEX case_status_by_recommendation ON case_status (tenant_id, recommendation_id) WHERE recommendation_id IS NOT NULL;
ALTER TABLE case_status ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_status FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON case_status
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON case_status TO netral_app;

-- How often something changed for an office in a government, and when last: what a conditional read is answered from.
-- It counts changes, not matters; the row is locked from the change to the commit, so that its instants follow each
-- other as the commits do and a poller that asks from the last one on misses nothing of that government.
CREATE TABLE case_status_head (
    tenant_id       integer NOT NULL,
    organisation_id uuid    NOT NULL,
    version         bigint  NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT case_status_head_pkey PRIMARY KEY (tenant_id, organisation_id)
);
CREATE INDEX case_status_head_by_organisation ON case_status_head (organisation_id, tenant_id) INCLUDE (version);
ALTER TABLE case_status_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_status_head FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON case_status_head
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON case_status_head TO netral_app;
