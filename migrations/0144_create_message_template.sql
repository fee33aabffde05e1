-- +goose Up
-- The words with which a government tells of a kind of notice outside the application, in place of the program's. Editions are
-- only added; the newest holds, and one that is not own gives the program's words back.
CREATE TABLE message_template (
    tenant_id  integer  NOT NULL,
    kind       text     NOT NULL,
    language   text     NOT NULL CONSTRAINT message_template_language_check CHECK (language IN ('id', 'en')),
    edition    integer  NOT NULL,
    own        boolean  NOT NULL,
    subject    text     NOT NULL,
    text       text     NOT NULL,
    account_id uuid     NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT message_template_pkey PRIMARY KEY (tenant_id, kind, language, edition),
    CONSTRAINT message_template_own_check CHECK (own = (subject <> '' AND text <> ''))
);
ALTER TABLE message_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_template FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON message_template
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON message_template TO netral_app;
