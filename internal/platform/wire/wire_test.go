package wire_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/wire"
)

// Proves O2: If-None-Match as RFC 9110 has it.
func TestKnown(t *testing.T) {
	t.Parallel()
	if wire.Known(nil) != nil {
		t.Error("no header matches")
	}
	for header, want := range map[string]bool{`"3"`: true, `W/"3"`: true, `"1", "3"`: true, "*": true, `"31"`: false} {
		if got := wire.Known(&header)(`"3"`); got != want {
			t.Errorf("%s: got %v", header, got)
		}
	}
}
