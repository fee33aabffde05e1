-- +goose Up
-- Files that came with a report; each belongs to it alone. The name is sealed, since it may name persons.
CREATE TABLE report_document (
    tenant_id  integer NOT NULL,
    report_id  uuid    NOT NULL,
    no         integer NOT NULL,
    upload_id  uuid    NOT NULL,
    blob_id    uuid    NOT NULL,
    file_name  bytea   NOT NULL,
    media_type text    NOT NULL,
    size       bigint  NOT NULL,
    sha256     bytea   NOT NULL CONSTRAINT report_document_sha256_check CHECK (length(sha256) = 32),
    scan       text    NOT NULL CONSTRAINT report_document_scan_check CHECK (scan IN ('clean', 'not_scanned')),
    CONSTRAINT report_document_pkey PRIMARY KEY (tenant_id, report_id, no),
    CONSTRAINT report_document_blob_key UNIQUE (tenant_id, blob_id),
    CONSTRAINT report_document_report_fkey FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id),
    CONSTRAINT report_document_blob_fkey FOREIGN KEY (tenant_id, blob_id) REFERENCES blob (tenant_id, id)
);
ALTER TABLE report_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON report_document
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON report_document TO netral_app;

-- Of what a body sends over the API: the number of our acknowledgement, and how far the body is itself, in its own word and,
-- where the reference data knows that, in ours.
ALTER TABLE report
    ADD COLUMN receipt_number text NOT NULL DEFAULT '',
    ADD COLUMN their_status text NOT NULL DEFAULT '',
    ADD COLUMN their_status_code text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX report_by_receipt ON report (tenant_id, receipt_number) WHERE receipt_number <> '';
