package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// recommendation records one about somebody of each unit. The one of the own
// unit concerns the caller, who does not see it.
func (w *world) recommendation(*testing.T) {
	made := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		made[i] = w.s.As(authz.AgencyOfficer, g).Post("/recommendations", map[string]any{"organisation_id": w.objects["organisationId"][ownUnit],
			"number": "R-" + made[0], "issued_on": "2024-02-26", "received_on": "2024-03-04",
			"subjects": []map[string]any{{"asn_id": w.objects["asnId"][i], "text": "Sanksi moral"}}}).Expect(201).Text("id")
	}
	w.objects["recommendationId"] = made
}
