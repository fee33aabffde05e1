package asn

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Records and Gone are parts of the statements of packages that leave evidence
// with the record it was recorded of. Both are small, found by key or by the
// index of joined records, and planned once a statement.
const (
	// Records are the ids of the records of one human: @person and those joined
	// to it.
	Records = `SELECT one.id FROM asn one WHERE one.tenant_id IN @tenants AND (one.id = @person OR one.merged_into = @person)`
	// Gone are the ids of all records that were joined to another.
	Gone = `SELECT gone.id FROM asn gone WHERE gone.tenant_id IN @tenants AND gone.merged_into IS NOT NULL`
)

// RecordsOf is what Records names, for statements that are not SQL or Exec.
func RecordsOf(tx *db.Tx, person id.ID) map[string]any {
	return map[string]any{"tenants": tx.Scope().Tenants(), "person": person}
}

// inherit moves the history of a record that goes to the one that stays. An
// entry of an aspect that overlaps one of the record that stays remains with the
// record that goes. What was joined to that one before is now joined to the one
// that stays, so that one step always leads to who stands.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	for _, q := range []string{
		`UPDATE asn SET merged_into = @stays WHERE tenant_id IN @tenants AND merged_into = @goes`,
		`UPDATE asn_fact f SET asn_id = @stays WHERE f.tenant_id IN @tenants AND f.asn_id = @goes AND NOT EXISTS (SELECT FROM asn_fact x
			WHERE x.tenant_id = f.tenant_id AND x.asn_id = @stays AND x.aspect = f.aspect AND x.valid_from <= coalesce(f.valid_until, 'infinity') AND coalesce(x.valid_until, 'infinity') >= f.valid_from)`,
		`UPDATE asn_absence SET asn_id = @stays WHERE tenant_id IN @tenants AND asn_id = @goes`,
		`UPDATE asn SET superior_id = @stays WHERE tenant_id IN @tenants AND superior_id = @goes`,
		`UPDATE asn_fact SET superior_id = @stays WHERE tenant_id IN @tenants AND superior_id = @goes`,
		`DELETE FROM asn_name_token WHERE tenant_id IN @tenants AND asn_id = @goes`,
	} {
		if _, err := tx.Exec(q, map[string]any{"goes": goes, "stays": stays}); err != nil {
			return err
		}
	}
	return nil
}
