package application

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what applications ask of the administrator of the installation: a
// decision, before they lapse.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "government_application_decision", Permission: decide, Find: func(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
		waiting, err := undecided(tx, q)
		if err != nil {
			return nil, err
		}
		out := make([]workitem.Item, 0, len(waiting))
		for _, a := range waiting {
			out = append(out, workitem.Item{Object: a.ID, Path: path(a.ID), Due: a.Submitted.AddDays(life), Steps: a.steps(true),
				Params: fault.Params{"government": a.Wanted.Name, "day": a.Submitted}})
		}
		return out, nil
	}}}
}
