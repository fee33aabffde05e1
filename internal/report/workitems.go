package report

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what reports ask of officers: to look at those that nobody is in
// charge of, or that were given to them. No law of ours sets a day for it.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "report_verification", Permission: verify, Find: func(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
		waiting, err := unverified(tx, q)
		if err != nil {
			return nil, err
		}
		out := make([]workitem.Item, 0, len(waiting))
		for _, r := range waiting {
			out = append(out, workitem.Item{Object: r.ID, Path: "/reports/" + r.ID.String(), Steps: r.steps(tx.Scope().May), Params: fault.Params{"day": r.Received}})
		}
		return out, nil
	}}}
}
