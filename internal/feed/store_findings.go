package feed

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
)

// overdue counts what may be numbered since a time and is not.
func overdue(tx *db.Tx, since time.Time) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM journal_pending p JOIN journal j ON j.tenant_id = p.tenant_id AND j.id = p.journal_id
		WHERE p.tenant_id IN @tenants AND coalesce(p.release_at, j.at) < @since`, map[string]any{"since": since}).Scan(&n).Error
}
