package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves K6, A3, X18: a task force is set up by decree under an acting mayor,
// whose title it carries; members have roles and dates, and who belonged on a
// day is answered; nothing of another government is seen or named.
func TestTaskForce_ByDecreeUnderAnActingMayor(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, g)
	o := unit(s, g, "setda", "")
	chair, next := person(s, g, o, "Sekda", 1), person(s, g, o, "Asisten", 2)
	pj := officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "pj", "holder_name": "Ahmad Fauzi", "title": "Pj. Wali Kota Tangerang",
		"basis": "Keputusan Mendagri", "valid_from": "2023-12-26", "valid_until": "2025-02-20"}).Expect(201).Text("id")
	decree := map[string]any{"name": "Satgas Netralitas", "decree_number": "800/Kep.412-BKPSDM/2024", "decreed_on": "2024-05-06", "valid_from": "2024-05-06", "valid_until": "2024-12-31",
		"election_id": id.ForName("election/pilkada-2024").String(),
		"members":     []map[string]any{{"role": "chair", "asn_id": chair, "position_title": "Sekretaris Daerah"}, {"role": "member", "name": "Ratna", "institution": "Bawaslu"}}}
	made := officer.Post("/task-forces", decree).Expect(201)
	if made.Text("signatory_title") != "Pj. Wali Kota Tangerang" || made.Text("mandate_id") != pj || made.Text("mandate_known") != "true" || made.Text("recorded_later") != "true" {
		t.Errorf("made: %s", made.Body)
	}
	path := "/task-forces/" + made.Text("id")
	officer.Post("/task-forces", decree).ExpectCode(409, "taskforce.decree_taken")
	with := func(key string, value any) map[string]any {
		m := map[string]any{}
		for k, v := range decree {
			m[k] = v
		}
		delete(m, "members")
		m["decree_number"] = "800/Kep.413-BKPSDM/2024"
		m[key] = value
		return m
	}
	officer.Post("/task-forces", with("election_id", nowhere)).ExpectCode(404, "request.not_found")
	officer.Post("/task-forces", with("mandate_id", nowhere)).ExpectCode(404, "request.not_found")
	early := with("decreed_on", "2023-12-01")
	early["mandate_id"] = pj
	officer.Post("/task-forces", early).ExpectCode(422, "taskforce.mandate_not_in_force")
	officer.Post("/task-forces", with("valid_until", "2024-05-05")).ExpectCode(422, "taskforce.period_inverted")
	if got := officer.Post("/task-forces", with("decreed_on", "2023-12-01")).Expect(201); got.Text("mandate_known") != "false" || got.Text("signatory_title") != "" {
		t.Errorf("a decree of which nobody knows who signed: %s", got.Body)
	}
	officer.Post("/task-forces", with("decreed_on", "2999-01-01")).ExpectCode(422, "taskforce.nobody_could_sign")

	officer.Post(path+"/members", map[string]any{"role": "chair", "asn_id": next, "valid_from": "2024-09-01"}).ExpectCode(409, "taskforce.chair_taken")
	first := officer.Get(path + "/members").Expect(200)
	member := first.Text("items.0.id")
	if first.Text("items.0.role") != "chair" {
		member = first.Text("items.1.id")
	}
	officer.Post(path+"/members/"+member+"/ending", map[string]any{"last_day": "2024-08-31"}).Expect(200)
	officer.Post(path+"/members/"+member+"/ending", map[string]any{"last_day": "2024-10-31"}).ExpectCode(409, "taskforce.ended")
	officer.Post(path+"/members", map[string]any{"role": "chair", "asn_id": next, "valid_from": "2024-09-01"}).Expect(201)
	officer.Post(path+"/members", map[string]any{"role": "member", "asn_id": nowhere}).ExpectCode(404, "request.not_found")
	for on, want := range map[string]int{"2024-05-05": 0, "2024-05-06": 2, "2024-08-31": 2, "2024-09-01": 2, "2025-01-01": 0} {
		if n := officer.Get(path + "/members?on=" + on).Expect(200).Len("items"); n != want {
			t.Errorf("on %s %d belong, want %d", on, n, want)
		}
	}
	if n := officer.Get("/task-forces?on=2024-06-01&decree_number=800.kep%20412%20bkpsdm%202024").Expect(200).Len("items"); n != 1 {
		t.Errorf("the decree finds %d", n)
	}
	if got := officer.Post(path+"/ending", map[string]any{"last_day": "2024-11-30"}).Expect(200); got.Text("valid_until") != "2024-11-30" || got.Text("version") != "2" {
		t.Errorf("ended: %s", got.Body)
	}
	s.As(authz.AgencyOfficer, other).Get(path).ExpectCode(404, "request.not_found")
	s.As(authz.Inspector, g).Post(path+"/ending", map[string]any{"last_day": "2024-10-30"}).ExpectCode(403, "auth.not_permitted")
}
