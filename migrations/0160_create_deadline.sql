-- +goose Up
-- Clocks: a rule of the reference data that runs for one object (a case, a recommendation, a report) from the day of an
-- event. computed_on is the day it came to when it was last counted, due_on that day or the one an official set instead; a
-- sweep counts again and moves them. No instant stands
-- here: when something came in is nobody's to know.
CREATE TABLE deadline (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    object_kind text    COLLATE "C" NOT NULL CONSTRAINT deadline_object_kind_check CHECK (object_kind IN ('case', 'recommendation', 'report')),
    object_id   uuid    NOT NULL,
    rule        text    COLLATE "C" NOT NULL,
    from_on     date    NOT NULL,
    extensions  jsonb   NOT NULL,
    pauses      jsonb   NOT NULL,
    set_on      date,
    computed_on date,
    due_on      date,
    level       text    NOT NULL CONSTRAINT deadline_level_check CHECK (level IN ('running', 'warned', 'overdue', 'to_appointing_authority', 'to_oversight')),
    ended_on    date,
    version     integer NOT NULL,
    CONSTRAINT deadline_pkey PRIMARY KEY (tenant_id, id)
);
-- One clock of a rule runs for an object at a time.
CREATE UNIQUE INDEX deadline_running_key ON deadline (tenant_id, object_kind, object_id, rule) WHERE ended_on IS NULL;
CREATE INDEX deadline_by_due ON deadline (tenant_id, due_on, id) WHERE ended_on IS NULL;
ALTER TABLE deadline ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadline FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON deadline
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON deadline TO netral_app;

-- What ran until now: the clocks of cases stood in the case, those of recommendations and reports nowhere.
SELECT set_config('app.tenant_ids', (SELECT string_agg(tenant_id::text, ',') FROM tenant), true);
INSERT INTO deadline (tenant_id, id, object_kind, object_id, rule, from_on, extensions, pauses, level, version)
SELECT c.tenant_id, gen_random_uuid(), 'case', c.id, k ->> 'rule', (k ->> 'from')::date, '[]', '[]', 'running', 1
FROM casefile c, jsonb_array_elements(c.clocks) AS k;
INSERT INTO deadline (tenant_id, id, object_kind, object_id, rule, from_on, extensions, pauses, set_on, due_on, level, version)
SELECT tenant_id, gen_random_uuid(), 'recommendation', id, due_rule, received_on, '[]', '[]', CASE WHEN due_on <> due_computed_on THEN due_on END, due_on, 'running', 1
FROM recommendation WHERE state <> 'followed_up';
INSERT INTO deadline (tenant_id, id, object_kind, object_id, rule, from_on, extensions, pauses, level, version)
SELECT tenant_id, gen_random_uuid(), 'report', id, 'referral_verification', received_on, '[]', '[]', 'running', 1
FROM report WHERE state IN ('received', 'incomplete', 'under_verification') ORDER BY random();
ALTER TABLE casefile DROP COLUMN clocks;
