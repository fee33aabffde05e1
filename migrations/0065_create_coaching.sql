-- +goose Up
-- The ledger of coaching and early warning. words holds all that was said (topic, note, reason, outcome, answer), sealed at rest and
-- bound to its row; the rest are codes and days. It is never a case: nothing of the sanction process points here.
CREATE TABLE coaching (
    tenant_id   integer NOT NULL,
    id          uuid    NOT NULL,
    kind        text    NOT NULL CONSTRAINT coaching_kind_check CHECK (kind IN ('prevention', 'coaching', 'early_warning')),
    asn_id      uuid,
    opd_id      uuid    NOT NULL,
    held_on     date    NOT NULL,
    violation_type text,
    handed_over boolean,
    follow_up_on date,
    expires_on  date    NOT NULL,
    state       text    NOT NULL CONSTRAINT coaching_state_check CHECK (state IN ('open', 'closed')),
    closed_on   date,
    answered_on date,
    words       bytea   NOT NULL,
    recorded_by uuid,
    recorded_later boolean NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT coaching_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT coaching_asn_fkey FOREIGN KEY (tenant_id, asn_id) REFERENCES asn (tenant_id, id),
    CONSTRAINT coaching_opd_fkey FOREIGN KEY (tenant_id, opd_id) REFERENCES opd (tenant_id, id),
    CONSTRAINT coaching_handover_check CHECK ((violation_type IS NULL) = (handed_over IS NULL)),
    CONSTRAINT coaching_closed_check CHECK ((state = 'closed') = (closed_on IS NOT NULL))
);
CREATE INDEX coaching_by_day ON coaching (tenant_id, held_on, id);
CREATE INDEX coaching_by_asn ON coaching (tenant_id, asn_id, held_on);
ALTER TABLE coaching ENABLE ROW LEVEL SECURITY;
ALTER TABLE coaching FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON coaching
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT, UPDATE ON coaching TO netral_app;

CREATE TABLE coaching_follow_up (
    tenant_id   integer NOT NULL,
    coaching_id uuid    NOT NULL,
    id          uuid    NOT NULL,
    held_on     date    NOT NULL,
    note        bytea   NOT NULL,
    recorded_by uuid,
    recorded_later boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT coaching_follow_up_pkey PRIMARY KEY (tenant_id, coaching_id, id),
    CONSTRAINT coaching_follow_up_coaching_fkey FOREIGN KEY (tenant_id, coaching_id) REFERENCES coaching (tenant_id, id)
);
ALTER TABLE coaching_follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE coaching_follow_up FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON coaching_follow_up
    USING (tenant_id = ANY (string_to_array(NULLIF(current_setting('app.tenant_ids', true), ''), ',')::int[]));
GRANT SELECT, INSERT ON coaching_follow_up TO netral_app;
