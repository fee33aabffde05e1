package recommendation

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/workitem"
)

// unfinished are the recommendations, without what belongs to them, that wait
// for a follow-up.
func unfinished(tx *db.Tx, q workitem.Question) ([]Recommendation, error) {
	behind, order, named := q.Behind("due_on", "id")
	var rows []row
	err := visible(tx).Where("state <> ?", FollowedUp).Where(behind, named).Order(order).Limit(q.Limit).Find(&rows).Error
	out := make([]Recommendation, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.recommendation())
	}
	return out, err
}
