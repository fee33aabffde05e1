package circular

import "github.com/netral-asn/netral/internal/workitem"

// WorkItems is what circulars ask of people.
func WorkItems() []workitem.Source {
	return []workitem.Source{{Kind: "circular_acknowledgement", Permission: "circular.acknowledge", Find: unacknowledged}}
}
