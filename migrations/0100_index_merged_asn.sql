-- +goose Up
-- Records joined to others are few and asked for wherever evidence stays with the record it was recorded of.
CREATE INDEX asn_by_survivor ON asn (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
