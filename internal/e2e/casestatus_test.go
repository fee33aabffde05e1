package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// referred opens a case that an oversight body sent and gives its number.
func referred(s *harness.Server, g government.Government, subject string, body id.ID, number string) string {
	person, err := id.Parse(subject)
	if err != nil {
		panic(err)
	}
	registered := day.MustParse("2024-10-10")
	files, err := s.App.Cases.Open(harness.System(g), casefile.Opening{RegisteredOn: &registered,
		Origin: casefile.Origin{Kind: "recommendation", Organisation: &body, TheirNumber: number, ReceivedOn: day.MustParse("2024-10-09")},
		Case: casefile.Case{Track: "discipline", ActOn: day.MustParse("2024-10-05"), Accusation: "Menyukai unggahan.", CandidateStatus: "determined",
			ViolationTypes: []string{"candidate_social_media_engagement"}},
		Subjects: []casefile.Subject{{Person: person}}})
	if err != nil {
		panic(err)
	}
	return files[0].Number
}

// Proves O2: a body pulls the coarse state of its own matters and no others, by
// its number however written; unchanged answers are 304; an inner step that does
// not change the word changes nothing for it.
func TestCaseStatus_BodySeesItsOwnMattersAlone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o, other := newOffice(t, s, "32.01"), newOffice(t, s, "36.03")
	bawaslu := s.As(authz.Bawaslu, o.g)
	rival := s.As(authz.Bawaslu, o.g)
	mine := bawaslu.Principal.Organisation
	number := referred(s, o.g, o.subject, mine, "005/Reg/LP/PB/Kab/13.13/X/2024")
	referred(s, o.g, o.pengawas, rival.Principal.Organisation, "006/Reg/LP/PB/Kab/13.13/X/2024")
	referred(s, other.g, other.subject, mine, "005/Reg/LP/PB/Kab/13.13/X/2024")
	o.open(nil) // an own finding names nobody

	list := bawaslu.Get("/case-statuses").Expect(200)
	if list.Len("items") != 1 || list.Text("items.0.our_number") != number || list.Text("items.0.status") != "verifying" || list.Text("items.0.government_code") != "32.01" {
		t.Errorf("own matters: %s", list.Body)
	}
	for _, secret := range []string{"Rina", o.subject, "Menyukai", "candidate_social"} {
		if strings.Contains(string(list.Body), secret) {
			t.Errorf("the list shows %s: %s", secret, list.Body)
		}
	}
	both := s.As(authz.Bawaslu, o.g, func(p *authz.Principal) {
		p.Organisation, p.Tenants = mine, []int32{o.g.Tenant, other.g.Tenant}
		p.Grants = append(p.Grants, authz.Grant{Role: authz.Bawaslu, Tenant: other.g.Tenant})
	})
	if n := both.Get("/case-statuses?their_number=" + url.QueryEscape("005 reg lp pb KAB 1313 x 2024")).Expect(200).Len("items"); n != 2 {
		t.Errorf("in two governments by number: %d", n)
	}
	if n := rival.Get("/case-statuses?our_number=" + number).Expect(200).Len("items"); n != 0 {
		t.Errorf("another office finds %d by our number", n)
	}
	sid := list.Text("items.0.id")
	rival.Get("/case-statuses/"+sid).ExpectCode(404, "request.not_found")
	s.As(authz.AgencyOfficer, o.g).Get("/case-statuses").ExpectCode(403, "auth.not_permitted")
	s.As(authz.BKN, o.g, func(p *authz.Principal) { p.Organisation = id.Nil }).Get("/case-statuses").ExpectCode(403, "auth.not_permitted")

	unchanged := func(path, tag string) int {
		return bawaslu.Raw("GET", path, http.Header{"If-None-Match": {tag}}, strings.NewReader("")).Status
	}
	one := bawaslu.Get("/case-statuses/" + sid).Expect(200)
	if got := unchanged("/case-statuses/"+sid, one.Header.Get("ETag")); got != 304 {
		t.Errorf("an unchanged matter answers %d", got)
	}
	if got := unchanged("/case-statuses", "W/"+list.Header.Get("ETag")); got != 304 {
		t.Errorf("an unchanged list answers %d", got)
	}
	caseID := o.officer.Get("/cases?number=" + number).Expect(200).Text("items.0.id")
	path := "/cases/" + caseID
	o.officer.Post(path+"/notes", map[string]any{"body": "x"}).Expect(201)
	o.officer.Post(path+"/summonses", map[string]any{"issued_on": "2024-10-14", "appear_on": "2024-10-24", "place": "R"}).Expect(200)
	summoned := bawaslu.Get("/case-statuses/" + sid).Expect(200)
	if summoned.Text("status") != "examining" || summoned.Text("status_since") != "2024-10-14" || summoned.Text("version") != "2" {
		t.Errorf("summoned: %s", summoned.Body)
	}
	if got := unchanged("/case-statuses", list.Header.Get("ETag")); got != 200 {
		t.Errorf("a changed list answers %d", got)
	}
	o.officer.Post(path+"/examination", map[string]any{"held_on": "2024-10-24", "outcome": "refused", "examiner_ids": []string{o.pengawas}, "record": "Menolak."}).Expect(200)
	if got := unchanged("/case-statuses/"+sid, summoned.Header.Get("ETag")); got != 304 {
		t.Errorf("an inner step answers %d", got)
	}
	o.officer.Post(path+"/recommendation", map[string]any{"given_on": "2024-11-04", "given_by": "examiners", "proven": true}).Expect(200)
	sanction := "/sanctions/" + o.officer.Post("/sanctions", o.decision(caseID, "position_release", nil)).Expect(201).Text("id")
	word := func(want string) {
		t.Helper()
		if got := bawaslu.Get("/case-statuses/" + sid).Expect(200).Text("status"); got != want {
			t.Errorf("the word is %s, want %s", got, want)
		}
	}
	word("decided_proven")
	o.officer.Post(sanction+"/delivery", map[string]any{"delivery_kind": "handed_over", "received_on": "2024-11-18"}).Expect(200)
	o.officer.Post(sanction+"/effect", map[string]any{}).Expect(200)
	word("sanction_in_force")
	since := bawaslu.Get("/case-statuses/" + sid).Text("updated_at")
	if n := bawaslu.Get("/case-statuses?updated_since=" + url.QueryEscape(since)).Expect(200).Len("items"); n != 1 {
		t.Errorf("changed since its change: %d", n)
	}
	if n := bawaslu.Get("/case-statuses?updated_since=2999-01-01T00:00:00Z").Expect(200).Len("items"); n != 0 {
		t.Errorf("changed in the future: %d", n)
	}
}
