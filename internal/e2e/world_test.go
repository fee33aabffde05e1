package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// world is two governments with an object of every kind in the caller's unit,
// in another unit and in the other government.
type world struct {
	s       *harness.Server
	a, b    government.Government
	objects map[string][cells]string // by the contract's path parameter
	unit    id.ID                    // root of the caller's unit
	person  id.ID                    // the caller's own ASN record
	callers map[authz.Role]*harness.Caller
}

func newWorld(t *testing.T, s *harness.Server) *world {
	t.Helper()
	w := &world{s: s, a: s.Government("36.03", "Kabupaten Tangerang"), b: s.Government("36.71", "Kota Tangerang"),
		objects: map[string][cells]string{}, callers: map[authz.Role]*harness.Caller{}}
	w.same("governmentId", w.a.ID.String(), w.b.ID.String())
	w.same("mandateId", mandate(s, w.a), mandate(s, w.b))
	w.same("numberingId", numberingOf(t, s.As(authz.GovernmentAdmin, w.a), "letter"), numberingOf(t, s.As(authz.GovernmentAdmin, w.b), "letter"))
	for _, part := range parts {
		part(w, t)
	}
	return w
}

// parts add the objects of each resource, in the order of the process; each
// stands in the world_<resource>_test.go of its resource.
var parts = []func(*world, *testing.T){
	(*world).registry,
	(*world).imports,
	(*world).identity,
	(*world).applications,
	(*world).circulars,
	(*world).events,
	(*world).coachings,
	(*world).organisation,
	(*world).clients,
	(*world).casefiles,
	(*world).deadlines,
	(*world).caseStatuses,
	(*world).pacts,
	(*world).reference,
	(*world).election,
	(*world).report,
	(*world).taskForce,
	(*world).recommendation,
	(*world).referrals,
	(*world).webhooks,
	(*world).uploads,
	(*world).notices,
}

// registry makes the caller's unit, another one and one of the other
// government, each with staff, an officer and an excused spell.
func (w *world) registry(t *testing.T) {
	t.Helper()
	units := [cells]string{unit(w.s, w.a, "own", ""), unit(w.s, w.a, "other", ""), unit(w.s, w.b, "foreign", ""), nowhere}
	people := [cells]string{3: nowhere}
	officers, spells := people, people
	for i, g := range []government.Government{w.a, w.a, w.b} {
		people[i] = person(w.s, g, units[i], "Siti Aminah", i)
		c := w.s.As(authz.AgencyOfficer, g)
		officers[i] = c.Post("/opd/"+units[i]+"/officers", map[string]any{"office": "head", "asn_id": people[i], "holder_kind": "definitive", "valid_from": "2023-01-01"}).Expect(201).Text("id")
		spells[i] = c.Post("/asn/"+people[i]+"/absences", map[string]any{"kind": "illness", "valid_from": "2024-01-01"}).Expect(201).Text("id")
	}
	w.unit, w.person = parsed(t, units[ownUnit]), parsed(t, people[ownUnit])
	w.objects["opdId"], w.objects["asnId"], w.objects["officerId"], w.objects["absenceId"] = units, people, officers, spells
}

const nowhere = "01900000-0000-7000-8000-000000000000"

// same records an object that belongs to no unit.
func (w *world) same(param, own, foreign string) {
	w.objects[param] = [cells]string{own, own, foreign, nowhere}
}

// tenants are what an open lock admits: both governments and the installation.
func (w *world) tenants() []int32 { return []int32{authz.Platform, w.a.Tenant, w.b.Tenant} }

// caller is somebody of government A with the role.
func (w *world) caller(r authz.Role) *harness.Caller {
	if w.callers[r] == nil {
		w.callers[r] = w.s.As(r, w.a, harness.Under(w.unit), harness.Being(w.person))
	}
	return w.callers[r]
}

func mandate(s *harness.Server, g government.Government) string {
	return s.As(authz.AgencyOfficer, g).Post("/mandates", map[string]any{"office": "agency_head", "holder_kind": "definitive", "holder_name": "Kepala BKPSDM",
		"title": "Kepala BKPSDM", "basis": "Keputusan", "valid_from": "2023-01-02"}).Expect(201).Text("id")
}
