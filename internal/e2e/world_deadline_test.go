package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// deadlines are clocks of the cases.
func (w *world) deadlines(*testing.T) {
	made := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		made[i] = w.s.As(authz.AgencyOfficer, g).Get("/deadlines?object_id=" + w.objects["caseId"][i]).Expect(200).Text("items.0.id")
	}
	w.objects["deadlineId"] = made
}
