package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// casefiles opens a case in the caller's unit, in another and in the other
// government, each with a sanction. The caller is the superior who must act in
// the own unit's case, and a stranger to the others.
func (w *world) casefiles(_ *testing.T) {
	cases, sanctions := [cells]string{3: nowhere}, [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		o := office{s: w.s, g: g, unit: w.objects["opdId"][i], officer: w.s.As(authz.AgencyOfficer, g), pengawas: w.objects["asnId"][i]}
		o.subject = staff(w.s, g, o.unit, "Rina Kartika", 60+i, map[string]any{"superior_id": o.pengawas})
		o.mandate = o.officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "delegate", "delegates_id": w.objects["mandateId"][i],
			"holder_name": "Sekda", "title": "a.n. Bupati", "basis": "Surat kuasa", "valid_from": "2023-01-02"}).Expect(201).Text("id")
		cases[i] = o.recommended(nil)
		sanctions[i] = o.officer.Post("/sanctions", o.decision(cases[i], "position_release", nil)).Expect(201).Text("id")
		o.officer.Post("/sanctions/"+sanctions[i]+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	}
	w.objects["caseId"], w.objects["sanctionId"] = cases, sanctions
}

// caseStatuses opens a case that the Bawaslu caller's office sent, in the own
// and in the other government.
func (w *world) caseStatuses(t *testing.T) {
	t.Helper()
	sender := parsed(t, w.objects["organisationId"][ownUnit])
	w.callers[authz.Bawaslu] = w.s.As(authz.Bawaslu, w.a, speaksFor(sender))
	statuses := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		statuses[i] = referral(w.s, g, sender, "00"+string(rune('1'+i))+"/LP", w.objects["asnId"][i])
		office{s: w.s, g: g, officer: w.s.As(authz.AgencyOfficer, g)}.accept(statuses[i], w.objects["asnId"][i])
	}
	w.objects["caseStatusId"] = statuses
}
