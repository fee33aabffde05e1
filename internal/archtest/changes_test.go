package archtest

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/journal"
)

// Proves O2, O4: the contract lists every type of change that is told outside,
// and no other.
func TestContract_ListsEveryTypeOfChange(t *testing.T) {
	t.Parallel()
	doc, _ := contractOperations(t)
	var listed []string
	for _, v := range doc.Components.Schemas["ChangeType"].Value.Enum {
		s, _ := v.(string)
		listed = append(listed, s)
	}
	var told []string
	for _, v := range journal.Types {
		told = append(told, string(v))
	}
	if !slices.Equal(listed, told) {
		t.Errorf("the contract lists %v, the journal tells %v", listed, told)
	}
}
