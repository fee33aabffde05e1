package notify

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
)

// overdue counts the messages that were due an hour ago and that nobody has
// begun to send: where the other side cannot be reached nothing is claimed.
func overdue(tx *db.Tx) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM notice_delivery WHERE tenant_id IN @tenants AND state = 'waiting' AND next_at < @since`,
		map[string]any{"since": tx.Now().Add(-time.Hour)}).Scan(&n).Error
}

// givenUp counts the messages since a day that no address took.
func givenUp(tx *db.Tx, since day.Day) (n int, err error) {
	return n, tx.SQL(`SELECT count(*) FROM notice_delivery WHERE tenant_id IN @tenants AND state IN ('refused', 'failed') AND created_at >= @since`,
		map[string]any{"since": since}).Scan(&n).Error
}
