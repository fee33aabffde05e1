package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// coachings warns a person of the caller's unit, of another one and of the other
// government.
func (w *world) coachings(*testing.T) {
	entries := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		entries[i] = coached(w.s, g, map[string]any{"asn_id": w.objects["asnId"][i]})
	}
	w.objects["coachingId"] = entries
}

// coachingInput is the body of an early warning, with what the test needs.
func coachingInput(with map[string]any) map[string]any {
	b := map[string]any{"kind": "early_warning", "held_on": "2024-06-03", "topic": "Media sosial", "note": "Diingatkan agar tidak menyukai unggahan calon."}
	for k, v := range with {
		b[k] = v
	}
	return b
}

// coached records an entry as the agency.
func coached(s *harness.Server, g government.Government, with map[string]any) string {
	return s.As(authz.AgencyOfficer, g).Post("/coachings", coachingInput(with)).Expect(201).Text("id")
}
