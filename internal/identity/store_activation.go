package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// wanted is who a sheet is for.
type wanted struct {
	unit         id.ID
	below, renew bool
	today        day.Day
	now          time.Time
}

func (w wanted) named() map[string]any {
	return map[string]any{"units": []id.ID{w.unit}, "at": w.now, "today": w.today}
}

// sql is the persons in service of a unit who have no active account, no role
// and, unless codes are renewed, no code that is still valid. Whoever holds a
// role gets a code from who gives the role.
func (w wanted) sql() string {
	q := ` FROM asn p JOIN opd o ON o.tenant_id = p.tenant_id AND o.id = p.opd_id
		LEFT JOIN identity_membership m ON m.tenant_id = p.tenant_id AND m.asn_id = p.id
		WHERE p.tenant_id IN @tenants AND p.state = 'active' AND (m.account_id IS NULL OR m.state = 'invited')
		AND NOT EXISTS (SELECT 1 FROM identity_grant g WHERE g.account_id = m.account_id AND (g.valid_until IS NULL OR g.valid_until >= @today)) AND `
	if w.below {
		q += db.Under("p.opd_id", "units")
	} else {
		q += "p.opd_id IN @units"
	}
	if !w.renew {
		q += ` AND NOT EXISTS (SELECT 1 FROM identity_code c WHERE c.account_id = m.account_id AND c.tenant_id = m.tenant_id
			AND c.closed_at IS NULL AND c.expires_at > @at)`
	}
	return q
}

func unopened(tx *db.Tx, w wanted, most int) (out []unopenedPerson, err error) {
	named := w.named()
	named["most"] = most
	err = tx.SQL("SELECT p.id, p.name, p.title_front, p.title_back, coalesce(p.nip, '') AS nip, o.name AS unit, m.account_id"+
		w.sql()+" ORDER BY p.name_key, p.id LIMIT @most", named).Scan(&out).Error
	return out, err
}

func countUnopened(tx *db.Tx, w wanted) (n int64, err error) {
	err = tx.SQL("SELECT count(*)"+w.sql(), w.named()).Scan(&n).Error
	return n, err
}

// membershipOfPerson finds who signs in as a person of the registry.
func membershipOfPerson(tx *db.Tx, tenant int32, person id.ID) (Membership, bool, error) {
	var r membershipRow
	ok, err := db.Found(tx.Platform("identity_membership").Where("tenant_id = ? AND asn_id = ?", tenant, person), &r)
	return r.membership(), ok, err
}
