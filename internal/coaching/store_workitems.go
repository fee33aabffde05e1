package coaching

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/workitem"
)

// toFollowUp are the open entries of the caller's units, without words, that
// somebody wanted to look at again. Those about the caller are another's.
func toFollowUp(tx *db.Tx, q workitem.Question) ([]Coaching, error) {
	behind, order, named := q.Behind("follow_up_on", "id")
	var rows []row
	err := visible(tx).Where("state = 'open' AND follow_up_on IS NOT NULL AND expires_on >= ?", q.Today).
		Where("asn_id IS DISTINCT FROM ?", tx.Scope().Person()).Where(behind, named).Order(order).Limit(q.Limit).Find(&rows).Error
	out := make([]Coaching, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.coaching())
	}
	return out, err
}
