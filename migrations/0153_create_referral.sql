-- +goose Up
-- What an office sent over the API: the report that it became and what its receipt says, which holds no person and is
-- signed whenever it is shown. An office has each of its numbers once in a government.
CREATE TABLE referral (
    tenant_id       integer NOT NULL,
    id              uuid    NOT NULL,
    organisation_id uuid    NOT NULL,
    number_key      text    COLLATE "C" NOT NULL,
    receipt         text    NOT NULL,
    CONSTRAINT referral_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT referral_number_key UNIQUE (tenant_id, organisation_id, number_key),
    CONSTRAINT referral_report_fkey FOREIGN KEY (tenant_id, id) REFERENCES report (tenant_id, id)
);
ALTER TABLE referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON referral
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON referral TO netral_app;
