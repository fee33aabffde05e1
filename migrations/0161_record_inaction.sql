-- +goose Up
-- Terms that passed without the step they asked for: which, by which day, whose turn it was. Facts are added, never changed
-- or taken back; that the step came later is told by the clock. Days only, as in the clocks.
CREATE TABLE deadline_missed (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    deadline_id uuid    NOT NULL,
    object_kind text    COLLATE "C" NOT NULL CONSTRAINT deadline_missed_object_kind_check CHECK (object_kind IN ('case', 'recommendation', 'report')),
    object_id   uuid    NOT NULL,
    rule        text    COLLATE "C" NOT NULL,
    from_on     date    NOT NULL,
    due_on      date    NOT NULL,
    must_act    text    NOT NULL,
    mandate_id  uuid,
    found_on    date    NOT NULL,
    CONSTRAINT deadline_missed_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT deadline_missed_day_key UNIQUE (tenant_id, deadline_id, due_on),
    CONSTRAINT deadline_missed_deadline_fkey FOREIGN KEY (tenant_id, deadline_id) REFERENCES deadline (tenant_id, id),
    CONSTRAINT deadline_missed_mandate_fkey FOREIGN KEY (tenant_id, mandate_id) REFERENCES mandate (tenant_id, id)
);
CREATE INDEX deadline_missed_by_object ON deadline_missed (tenant_id, object_id, due_on);
CREATE INDEX deadline_missed_by_day ON deadline_missed (tenant_id, due_on, id);
ALTER TABLE deadline_missed ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadline_missed FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON deadline_missed
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON deadline_missed TO netral_app;

-- How many of them the matter that a body sees has.
ALTER TABLE case_status ADD COLUMN missed integer NOT NULL DEFAULT 0 CONSTRAINT case_status_missed_check CHECK (missed >= 0);
ALTER TABLE case_status ALTER COLUMN missed DROP DEFAULT;
