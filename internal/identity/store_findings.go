package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// usable are the grants of a place that somebody can use.
const usable = `identity_grant g JOIN identity_account a ON a.id = g.account_id
	JOIN identity_membership m ON m.account_id = g.account_id AND m.tenant_id = g.tenant_id
	WHERE g.tenant_id IN @tenants AND a.state = 'active' AND m.state = 'active'
		AND g.valid_from <= @today AND (g.valid_until IS NULL OR g.valid_until >= @today)`

// peopleWhoMay counts the people whom a permission lets act in the whole
// government.
func peopleWhoMay(tx *db.Tx, p authz.Permission, today day.Day) (int, error) {
	var roles []string
	for _, r := range authz.Humans {
		if authz.ReachOf(r, p) == authz.Whole {
			roles = append(roles, string(r))
		}
	}
	return holders(tx, roles, today)
}

func holders(tx *db.Tx, roles []string, today day.Day) (n int, err error) {
	return n, tx.SQL(`SELECT count(DISTINCT g.account_id) FROM `+usable+` AND g.role IN @roles`,
		map[string]any{"today": today, "roles": roles}).Scan(&n).Error
}

// withoutFactor counts who holds a role that needs a second factor and has
// bound none.
func withoutFactor(tx *db.Tx, today day.Day) (n int, err error) {
	var roles []string
	for _, r := range authz.Humans {
		if authz.NeedsSecondFactor(r) {
			roles = append(roles, string(r))
		}
	}
	return n, tx.SQL(`SELECT count(DISTINCT g.account_id) FROM `+usable+` AND a.totp_sealed IS NULL AND g.role IN @roles`,
		map[string]any{"today": today, "roles": roles}).Scan(&n).Error
}

// expiredCodes counts the people invited whose last code ran out unused. Codes
// go by real time.
func expiredCodes(tx *db.Tx) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM identity_membership m WHERE m.tenant_id IN @tenants AND m.state = 'invited'
		AND EXISTS (SELECT FROM identity_code c WHERE c.account_id = m.account_id AND c.tenant_id = m.tenant_id AND c.closed_at IS NULL AND c.expires_at < clock_timestamp())
		AND NOT EXISTS (SELECT FROM identity_code c WHERE c.account_id = m.account_id AND c.tenant_id = m.tenant_id AND c.closed_at IS NULL AND c.expires_at >= clock_timestamp())`,
		map[string]any{}).Scan(&n).Error
}

type expiring struct {
	ID   id.ID   `gorm:"column:id"`
	Last day.Day `gorm:"column:last"`
}

// clientsExpiring are the machine clients whose last way in ends soon.
func clientsExpiring(tx *db.Tx, today, soon day.Day) (out []expiring, err error) {
	return out, tx.SQL(`SELECT c.id, least(max(k.expires_on), c.expires_on) AS last FROM identity_client c
		JOIN identity_client_credential k ON k.client_id = c.id AND k.closed_at IS NULL
		WHERE c.revoked_at IS NULL AND c.expires_on >= @today
		GROUP BY c.id, c.expires_on HAVING least(max(k.expires_on), c.expires_on) BETWEEN @today AND @soon ORDER BY c.id LIMIT 100`,
		map[string]any{"today": today, "soon": soon}).Scan(&out).Error
}

// newestKey is when the key that signs now began to.
func newestKey(tx *db.Tx) (at time.Time, err error) {
	return at, tx.SQL(`SELECT coalesce(max(signs_from), '0001-01-01') FROM identity_signing_key`, nil).Scan(&at).Error
}
