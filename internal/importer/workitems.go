package importer

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/workitem"
)

// WorkItems is what imports ask of officers: to apply what was compared, or to drop
// it.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "import_application", Permission: "import.write", Find: func(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
		ready, err := waitingForApplication(tx, q)
		if err != nil {
			return nil, err
		}
		out := make([]workitem.Item, 0, len(ready))
		for _, i := range ready {
			out = append(out, workitem.Item{Object: i.ID, Path: "/imports/" + i.ID.String(), Steps: i.steps(true),
				Params: fault.Params{"file": i.FileName, "rows": i.Counts.Rows}})
		}
		return out, nil
	}}}
}
