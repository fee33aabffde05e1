package coaching

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what the ledger asks of officers: to look again on the day they said.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "coaching_follow_up", Permission: "coaching.write", Find: func(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
		due, err := toFollowUp(tx, q)
		if err != nil {
			return nil, err
		}
		out := make([]workitem.Item, 0, len(due))
		for _, c := range due {
			out = append(out, workitem.Item{Object: c.ID, Path: "/coachings/" + c.ID.String(), Due: *c.FollowUp, Steps: c.steps(true), Params: fault.Params{"day": c.Held}})
		}
		return out, nil
	}}}
}
