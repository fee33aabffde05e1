package opd

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// withoutOfficer counts the units directly below the government that have no
// personnel officer; those further down are looked after by theirs.
func withoutOfficer(tx *db.Tx, today day.Day) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM opd u WHERE u.tenant_id IN @tenants AND u.parent_id IS NULL
		AND u.valid_from <= @today AND (u.valid_until IS NULL OR u.valid_until >= @today)
		AND NOT EXISTS (SELECT FROM opd_officer o WHERE o.tenant_id = u.tenant_id AND o.opd_id = u.id AND o.office = 'personnel_officer'
			AND o.valid_from <= @today AND (o.valid_until IS NULL OR o.valid_until >= @today))`,
		map[string]any{"today": today}).Scan(&n).Error
}
