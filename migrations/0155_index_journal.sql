-- +goose Up
-- The history is read by time, and by who did it.
CREATE INDEX journal_by_time ON journal (tenant_id, at, id);
CREATE INDEX journal_by_actor ON journal (tenant_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
