-- +goose Up
-- The overseer of a province asks for the matters of all bodies in its governments.
CREATE INDEX case_status_by_government ON case_status (tenant_id, updated_at, id);
