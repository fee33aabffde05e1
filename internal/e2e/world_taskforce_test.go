package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// taskForce sets one up in each government; it belongs to no unit.
func (w *world) taskForce(*testing.T) {
	made := map[int32][2]string{}
	for _, g := range []government.Government{w.a, w.b} {
		c := w.s.As(authz.AgencyOfficer, g)
		force := c.Post("/task-forces", map[string]any{"name": "Satgas", "decree_number": "800/1/2023", "decreed_on": "2023-06-01", "valid_from": "2023-06-01"}).Expect(201).Text("id")
		member := c.Post("/task-forces/"+force+"/members", map[string]any{"role": "member", "name": "Ratna", "institution": "Bawaslu"}).Expect(201).Text("id")
		made[g.Tenant] = [2]string{force, member}
	}
	w.same("taskForceId", made[w.a.Tenant][0], made[w.b.Tenant][0])
	w.same("taskForceMemberId", made[w.a.Tenant][1], made[w.b.Tenant][1])
}
