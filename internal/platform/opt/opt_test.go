package opt_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/opt"
)

// Proves that missing and zero turn into each other, and that a patch
// changes only what it names.
func TestOpt(t *testing.T) {
	t.Parallel()
	if opt.Of("") != nil || opt.Of(0) != nil || opt.Value[string](nil) != "" {
		t.Error("a zero value is not missing, or the other way round")
	}
	given := "given"
	if p := opt.Of(given); p == &given || opt.Value(p) != "given" {
		t.Errorf("got %q", *p)
	}
	kept := "kept"
	if opt.Set(&kept, nil); kept != "kept" {
		t.Errorf("a missing value changed it to %q", kept)
	}
	empty := ""
	if opt.Set(&kept, &empty); kept != "" {
		t.Errorf("an empty value was not set: %q", kept)
	}
}
