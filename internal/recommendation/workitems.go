package recommendation

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what recommendations ask of officers: a follow-up by the day.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "recommendation_follow_up", Permission: "recommendation.write", Find: func(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
		open, err := unfinished(tx, q)
		if err != nil {
			return nil, err
		}
		out := make([]workitem.Item, 0, len(open))
		for _, r := range open {
			out = append(out, workitem.Item{Object: r.ID, Path: "/recommendations/" + r.ID.String(), Due: r.Due.On, Steps: r.steps(true), Params: fault.Params{"number": r.Number}})
		}
		return out, nil
	}}}
}
