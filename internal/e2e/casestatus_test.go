package e2e

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// sendingOffice is the office of an area, as a row of its own.
func sendingOffice(t *testing.T, s *harness.Server, g government.Government) id.ID {
	t.Helper()
	return parsed(t, s.As(authz.PlatformAdmin, g).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "regency_city", "region_code": g.Code,
		"name": "Bawaslu " + g.Name, "valid_from": "2018-08-15"}).Expect(201).Text("id"))
}

// speaksFor makes a machine client one of an office.
func speaksFor(office id.ID) func(*authz.Principal) {
	return func(p *authz.Principal) { p.Organisation = office }
}

// referral is a report that an office sent about persons of the registry,
// verified and not yet accepted.
func referral(s *harness.Server, g government.Government, office id.ID, number string, persons ...string) string {
	officer := s.As(authz.AgencyOfficer, g)
	subjects := make([]map[string]any, 0, len(persons))
	for range persons {
		subjects = append(subjects, map[string]any{"name": "Pegawai"})
	}
	rid := officer.Post("/reports", map[string]any{"origin": "bawaslu", "kind": "finding", "organisation_id": office, "number": number, "received_on": "2024-10-09",
		"act_on": "2024-10-05", "narrative": "Rahasia pelapor.", "subjects": subjects}).Expect(201).Text("id")
	for i, person := range persons {
		officer.Post("/reports/"+rid+"/subjects", map[string]any{"subject_sequence": i + 1, "asn_id": person}).Expect(200)
	}
	officer.Post("/reports/"+rid+"/verification", map[string]any{}).Expect(200)
	return rid
}

// Proves O2: a body pulls the coarse state of its own matters and no others, by
// its number however written; unchanged answers are 304; an inner step that does
// not change the word changes nothing for it.
func TestCaseStatus_BodySeesItsOwnMattersAlone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o, other := newOffice(t, s, "32.01"), newOffice(t, s, "36.03")
	mine, theirs := sendingOffice(t, s, o.g), sendingOffice(t, s, other.g)
	bawaslu, rival := s.As(authz.Bawaslu, o.g, speaksFor(mine)), s.As(authz.Bawaslu, o.g, speaksFor(theirs))
	rid := referral(s, o.g, mine, "005/Reg/LP/PB/Kab/13.13/X/2024", o.subject)
	o.accept(rid, o.subject)
	o.accept(referral(s, o.g, theirs, "006/Reg/LP/PB/Kab/13.13/X/2024", o.pengawas), o.pengawas)
	other.accept(referral(s, other.g, mine, "005/Reg/LP/PB/Kab/13.13/X/2024", other.subject), other.subject)
	o.open(nil) // an own finding names nobody

	list := bawaslu.Get("/case-statuses").Expect(200)
	number := list.Text("items.0.our_number")
	if list.Len("items") != 1 || number == "" || list.Text("items.0.status") != "verifying" || list.Text("items.0.government_code") != "32.01" {
		t.Errorf("own matters: %s", list.Body)
	}
	for _, secret := range []string{"Rina", o.subject, "Menyukai", "Rahasia", "candidate_social"} {
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
	if summoned.Text("status") != "examining" || summoned.Text("status_since") != "2024-10-14" || summoned.Text("version") != "3" {
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

// Proves O2, G6, K10: a referral not yet accepted answers received and keeps its
// identifier when it becomes a case; one about two people becomes two matters;
// one that is rejected says so; pages hold both kinds in one order.
func TestCaseStatus_BeforeAcceptanceAndAfter(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	office := sendingOffice(t, s, o.g)
	bawaslu := s.As(authz.Bawaslu, o.g, speaksFor(office))
	rid := referral(s, o.g, office, "005/Reg/LP/PB/Kab/13.13/X/2024", o.subject, o.pengawas)
	waiting := bawaslu.Get("/case-statuses/" + rid).Expect(200)
	if waiting.Text("status") != "received" || waiting.Text("our_number") != "" || waiting.Text("their_number") != "005/Reg/LP/PB/Kab/13.13/X/2024" || waiting.Text("received_on") != "2024-10-09" {
		t.Errorf("not accepted: %s", waiting.Body)
	}
	if n := bawaslu.Get("/case-statuses?their_number=005reglppbkab1313x2024").Expect(200).Len("items"); n != 1 {
		t.Errorf("by number before acceptance: %d", n)
	}
	o.officer.Post("/cases", o.opening(o.head, map[string]any{"kind": "report", "report_id": rid})).ExpectCode(422, "case.subject_not_named")
	o.officer.Post("/cases", o.opening(o.subject, map[string]any{"kind": "report"})).ExpectCode(422, "case.origin_mismatch")
	if got := o.officer.Get("/reports/" + rid).Expect(200).Text("state"); got != "under_verification" {
		t.Errorf("after refused openings the report is %s", got)
	}
	opened := o.accept(rid, o.subject, o.pengawas)
	if opened.Len("items") != 2 || opened.Text("items.0.origins.0.organisation_id") != office.String() || opened.Text("items.0.origins.0.received_on") != "2024-10-09" {
		t.Errorf("two cases of one report: %s", opened.Body)
	}
	o.officer.Post("/cases", o.opening(o.subject, map[string]any{"kind": "report", "report_id": rid})).ExpectCode(409, "report.step_not_allowed")
	if got := bawaslu.Get("/case-statuses/" + rid).Expect(200); got.Text("status") != "verifying" || got.Text("our_number") == "" {
		t.Errorf("accepted: %s", got.Body)
	}
	changed := bawaslu.Raw("GET", "/case-statuses/"+rid, http.Header{"If-None-Match": {waiting.Header.Get("ETag")}}, strings.NewReader(""))
	if changed.Status != 200 {
		t.Errorf("the tag of the referral holds for the case: %d", changed.Status)
	}
	rejected := referral(s, o.g, office, "006", o.subject)
	o.officer.Post("/reports/"+rejected+"/rejection", map[string]any{"reason": "Bukan pegawai."}).Expect(200)
	if got := bawaslu.Get("/case-statuses/" + rejected).Expect(200).Text("status"); got != "closed_other" {
		t.Errorf("rejected: %s", got)
	}
	seen := map[string]bool{}
	for path := "/case-statuses?limit=1"; path != ""; {
		page := bawaslu.Get(path).Expect(200)
		seen[page.Text("items.0.id")] = true
		path = ""
		if next := page.Text("next_cursor"); next != "" {
			path = "/case-statuses?limit=1&cursor=" + next
		}
	}
	if len(seen) != 3 {
		t.Errorf("by pages of one: %v", seen)
	}
	if n := s.As(authz.BKN, o.g).Get("/case-statuses").Expect(200).Len("items"); n != 0 {
		t.Errorf("another body sees %d", n)
	}

	// The superior's report: the officer who is in the line handles the case and
	// does not learn of the report.
	inLine := s.As(authz.AgencyOfficer, o.g, harness.Being(parsed(t, o.administrator)))
	inLine.Get("/reports/"+rid).ExpectCode(404, "request.not_found")
	caseID := opened.Text("items.0.id")
	if got := inLine.Get("/cases/" + caseID).Expect(200); got.Text("view") != "handler" || strings.Contains(string(got.Body), rid) {
		t.Errorf("who is behind the wall of the report sees %s", got.Body)
	}
	for _, id := range []string{caseID, opened.Text("items.1.id")} {
		inLine.Post("/cases/"+id+"/closing", map[string]any{"closed_on": "2024-10-20", "closing_reason": "out_of_jurisdiction", "reason": "x"}).Expect(200)
	}
	if got := o.officer.Get("/reports/" + rid).Expect(200); got.Text("steps.5.step") != "finishing" || got.Text("steps.6.step") != "" {
		t.Errorf("when the last case has ended the report says %s", got.Body)
	}
}

// Proves K10, O2: a recommendation opens a case for whom it names, is linked to
// it, and the term of the appointing authority runs until the decision; its
// sender sees received before and the case after.
func TestCaseStatus_OfARecommendation(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	bkn := parsed(t, s.As(authz.PlatformAdmin, o.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara",
		"valid_from": "2024-09-04"}).Expect(201).Text("id"))
	client := s.As(authz.BKN, o.g, speaksFor(bkn))
	letter := func(number string) string {
		return o.officer.Post("/recommendations", map[string]any{"organisation_id": bkn, "number": number, "issued_on": "2024-10-07", "received_on": "2024-10-09",
			"subjects": []map[string]any{{"asn_id": o.subject, "text": "Hukuman disiplin berat"}}}).Expect(201).Text("id")
	}
	rid := letter("B-1/BKN/2024")
	waiting := client.Get("/case-statuses/" + rid).Expect(200)
	if waiting.Text("status") != "received" || waiting.Text("their_number") != "B-1/BKN/2024" {
		t.Errorf("waiting: %s", waiting.Body)
	}
	from := map[string]any{"kind": "recommendation", "recommendation_id": rid}
	o.officer.Post("/cases", o.opening(o.head, from)).ExpectCode(422, "case.subject_not_named")
	opened := o.officer.Post("/cases", o.opening(o.subject, from)).Expect(201)
	c := opened.Text("items.0.id")
	if opened.Text("items.0.deadlines.0.rule") != "ppk_follow_up_recommendation" || opened.Text("items.0.deadlines.0.from") != "2024-10-09" || opened.Text("items.0.deadlines.0.overdue") != "true" {
		t.Errorf("opened: %s", opened.Text("items.0.deadlines"))
	}
	if got := o.officer.Get("/recommendations/" + rid).Expect(200); !strings.Contains(string(got.Body), c) {
		t.Errorf("the recommendation does not name its case: %s", got.Body)
	}
	if got := client.Get("/case-statuses").Expect(200); got.Len("items") != 1 || got.Text("items.0.id") != rid || got.Text("items.0.status") != "verifying" {
		t.Errorf("as a case: %s", got.Body)
	}
	o.examined(c)
	o.officer.Post("/sanctions", o.decision(c, "position_release", nil)).Expect(201)
	if got := o.officer.Get("/cases/" + c).Expect(200); got.Len("deadlines") != 1 || got.Text("deadlines.0.rule") != "decision_delivery" {
		t.Errorf("after the decision runs %s", got.Text("deadlines"))
	}
	letter("B-2/BKN/2024")
	seen := map[string]bool{}
	for path := "/case-statuses?limit=1"; path != ""; {
		page := client.Get(path).Expect(200)
		seen[page.Text("items.0.their_number")+page.Text("items.0.status")] = true
		path = ""
		if next := page.Text("next_cursor"); next != "" {
			path = "/case-statuses?limit=1&cursor=" + next
		}
	}
	if !seen["B-1/BKN/2024decided_proven"] || !seen["B-2/BKN/2024received"] || len(seen) != 2 {
		t.Errorf("by pages of one: %v", seen)
	}
}

// Proves O2, G6: a finding that BKN hands over is Bawaslu's matter as well, under
// either body's number and that of SBT; a letter that repeats it shows the case
// of the first one under its own number; whom it waits for and the days left, with
// how sure the rule is, are told.
func TestCaseStatus_ThroughBKNByEveryNumber(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	office, stranger := sendingOffice(t, s, o.g), sendingOffice(t, s, newOffice(t, s, "36.03").g)
	bkn := parsed(t, s.As(authz.PlatformAdmin, o.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara",
		"valid_from": "2024-09-04"}).Expect(201).Text("id"))
	bawaslu, national, other := s.As(authz.Bawaslu, o.g, speaksFor(office)), s.As(authz.BKN, o.g, speaksFor(bkn)), s.As(authz.Bawaslu, o.g, speaksFor(stranger))

	rid := o.officer.Post("/reports", map[string]any{"origin": "bkn", "kind": "finding", "organisation_id": bkn, "number": "B-77/BKN/2024", "received_on": "2024-10-09",
		"source_organisation_id": office, "source_number": "007/TM/PB/Kab/13.13/X/2024", "sbt_number": "SBT-2024-0815", "act_on": "2024-10-05",
		"narrative": "Rahasia pelapor.", "subjects": []map[string]any{{"name": "Pegawai"}}}).Expect(201).Text("id")
	o.officer.Post("/reports", map[string]any{"origin": "bkn", "kind": "finding", "organisation_id": bkn, "narrative": "x",
		"source_organisation_id": nowhere}).ExpectCode(404, "request.not_found")
	for _, path := range []string{"?their_number=007tmpbkab1313x2024", "?sbt_number=sbt%202024%200815", ""} {
		got := bawaslu.Get("/case-statuses" + path).Expect(200)
		if got.Len("items") != 1 || got.Text("items.0.status") != "received" || got.Text("items.0.their_number") != "007/TM/PB/Kab/13.13/X/2024" ||
			got.Text("items.0.waits_for") != "task_force" || got.Text("items.0.due.rule") != "referral_verification" || got.Text("items.0.due.confidence") != "low" ||
			got.Text("items.0.due.day") != "2024-10-16" || !strings.HasPrefix(got.Text("items.0.due.days_left"), "-") {
			t.Errorf("%q: %s", path, got.Body)
		}
	}
	if n := national.Get("/case-statuses?their_number=b77bkn2024").Expect(200).Len("items"); n != 1 {
		t.Errorf("who handed it over sees %d", n)
	}
	if n := other.Get("/case-statuses?sbt_number=SBT-2024-0815").Expect(200).Len("items"); n != 0 {
		t.Errorf("an office it does not name sees %d by the number of SBT", n)
	}
	bawaslu.Get("/case-statuses?their_number=1&sbt_number=2").ExpectCode(400, "request.invalid")

	o.officer.Post("/reports/"+rid+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": o.subject}).Expect(200)
	o.officer.Post("/reports/"+rid+"/verification", map[string]any{}).Expect(200)
	again := referral(s, o.g, office, "112/K/X/2024", o.subject)
	o.officer.Post("/reports/"+again+"/duplicate", map[string]any{"report_id": rid}).Expect(200)
	if got := bawaslu.Get("/case-statuses/" + again).Expect(200).Text("status"); got != "received" {
		t.Errorf("a letter that repeats what is not accepted is %s", got)
	}
	o.accept(rid, o.subject)
	list := bawaslu.Get("/case-statuses").Expect(200)
	if list.Len("items") != 2 || list.Text("items.0.our_number") == "" || list.Text("items.0.our_number") != list.Text("items.1.our_number") {
		t.Errorf("one case under both numbers: %s", list.Body)
	}
	later := referral(s, o.g, office, "113/K/X/2024", o.subject)
	o.officer.Post("/reports/"+later+"/duplicate", map[string]any{"report_id": rid}).Expect(200)
	if got := bawaslu.Get("/case-statuses/" + later).Expect(200); got.Text("status") != "verifying" || got.Text("our_number") != list.Text("items.0.our_number") {
		t.Errorf("a letter that repeats a case: %s", got.Body)
	}
	if n := bawaslu.Get("/case-statuses?our_number=" + list.Text("items.0.our_number")).Expect(200).Len("items"); n != 3 {
		t.Errorf("by our number: %d", n)
	}

	sheet := bawaslu.Get("/case-statuses/export").Expect(200)
	if !strings.HasPrefix(string(sheet.Body), "PK") || !strings.Contains(sheet.Header.Get("Content-Disposition"), ".xlsx") {
		t.Errorf("the spreadsheet begins with %q", sheet.Body[:min(8, len(sheet.Body))])
	}
	rows := cellsOf(t, sheet.Body)
	if len(rows) != 4 || rows[1][0] != "32.01" || rows[1][6] != "Diverifikasi" {
		t.Errorf("the spreadsheet holds %v", rows)
	}
}

// Proves A5, O2: the overseer of a province reads what every body sees in the
// governments of the province, each row with its body, and nothing of another
// province; a government's own people and an overseer of another see nothing.
func TestCaseStatus_ProvinceSeesEveryBodysMatters(t *testing.T) {
	t.Parallel()
	real := harness.StartReal(t)
	s := real.Fixtures()
	banten, jabar := s.Government("36", "Provinsi Banten"), s.Government("32", "Provinsi Jawa Barat")
	o, other := newOffice(t, s, "36.03"), newOffice(t, s, "32.01")
	office, national := sendingOffice(t, s, o.g), sendingOffice(t, s, other.g)
	overseer := real.SignedIn(real.Account(banten, "o@x.example", nil, authz.ProvinceOverseer).ID, banten.ID)
	elsewhere := real.SignedIn(real.Account(jabar, "p@x.example", nil, authz.ProvinceOverseer).ID, jabar.ID)
	one := referral(s, o.g, office, "021/TM/2024", o.subject)
	two := referral(s, o.g, national, "022/K/2024", o.pengawas)
	o.accept(one, o.subject)

	list := overseer.Get("/case-statuses").Expect(200)
	if list.Len("items") != 2 || list.Text("items.0.government_code") != "36.03" {
		t.Fatalf("the province reads %s", list.Body)
	}
	if got := overseer.Get("/case-statuses/" + two).Expect(200); got.Text("organisation_id") != national.String() || got.Text("status") != "received" {
		t.Errorf("one body's matter: %s", got.Body)
	}
	if got := overseer.Get("/case-statuses?their_number=021/TM/2024").Expect(200); got.Len("items") != 1 || got.Text("items.0.organisation_id") != office.String() {
		t.Errorf("by number: %s", got.Body)
	}
	again := func() *harness.Answer {
		return overseer.Raw("GET", "/case-statuses", http.Header{"If-None-Match": {list.Header.Get("ETag")}}, strings.NewReader(""))
	}
	again().Expect(304)
	referral(s, o.g, office, "023/TM/2024", o.subject)
	again().Expect(200)
	if rows := cellsOf(t, overseer.Get("/case-statuses/export").Expect(200).Body); len(rows) != 4 || !strings.HasPrefix(rows[1][3], "Bawaslu") {
		t.Errorf("the spreadsheet holds %v", rows)
	}
	if got := elsewhere.Get("/case-statuses").Expect(200); got.Len("items") != 0 {
		t.Errorf("another province reads %s", got.Body)
	}
	elsewhere.Get("/case-statuses/"+one).ExpectCode(404, "request.not_found")
	o.officer.Get("/case-statuses").ExpectCode(403, "auth.not_permitted")
}

// Proves O2, T-54: what an office writes as its number is text in the
// spreadsheet, never a formula.
func TestCaseStatus_SpreadsheetIsSafe(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	office := sendingOffice(t, s, o.g)
	referral(s, o.g, office, `=HYPERLINK("http://x.example")`, o.subject)
	rows := cellsOf(t, s.As(authz.Bawaslu, o.g, speaksFor(office)).Get("/case-statuses/export").Expect(200).Body)
	if len(rows) != 2 || rows[1][4] != `'=HYPERLINK("http://x.example")` {
		t.Errorf("the spreadsheet holds %v", rows)
	}
}

// Proves O2: the read model is what it is made of: made anew it is the same, and
// a term that moved since is brought up to date and changes the tag.
func TestCaseStatus_RecountFindsNothingUntilATermMoves(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	office := sendingOffice(t, s, o.g)
	bawaslu := s.As(authz.Bawaslu, o.g, speaksFor(office))
	o.accept(referral(s, o.g, office, "001", o.subject), o.subject)
	referral(s, o.g, office, "002", o.subject)
	before := bawaslu.Get("/case-statuses").Expect(200)
	if err := s.App.CaseStatuses.Sweep(harness.System(o.g)); err != nil {
		t.Fatal(err)
	}
	if after := bawaslu.Get("/case-statuses").Expect(200); string(after.Body) != string(before.Body) || after.Header.Get("ETag") != before.Header.Get("ETag") {
		t.Errorf("made anew: %s, was %s", after.Body, before.Body)
	}
	o.officer.Post("/reference-data/deadline_rule", map[string]any{"code": "referral_verification", "name": map[string]any{"id": "Penilaian", "en": "Review"}, "source": map[string]any{"id": "Perbup", "en": "Decree"},
		"confidence": "high", "data": map[string]any{"unit": "calendar_days", "amount": 10, "counting": "due_by"}, "valid_from": "2024-01-01"}).Expect(201)
	if err := s.App.CaseStatuses.Sweep(harness.System(o.g)); err != nil {
		t.Fatal(err)
	}
	got := bawaslu.Raw("GET", "/case-statuses", http.Header{"If-None-Match": {before.Header.Get("ETag")}}, strings.NewReader("")).Expect(200)
	if last := got.Len("items") - 1; got.Text("items."+strconv.Itoa(last)+".due.day") != "2024-10-19" || got.Text("items."+strconv.Itoa(last)+".due.confidence") != "high" {
		t.Errorf("after the government's own rule: %s", got.Body)
	}
}

// cellsOf reads the first worksheet of a spreadsheet.
func cellsOf(t *testing.T, b []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Proves O2: a recount and a step never write past each other. While a step is
// under way the recount waits for its commit, so that it cannot put back what it
// read before.
func TestCaseStatus_RecountWaitsForSteps(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("32.01", "Kabupaten Bogor")
	step := s.Conn(s.Database.SuperURL)
	ctx := context.Background()
	for _, q := range []string{"BEGIN", "SELECT FROM government FOR KEY SHARE"} {
		if _, err := step.Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- s.App.CaseStatuses.Sweep(authz.With(ctx, authz.ForSystem(g.Tenant))) }()
	select {
	case err := <-done:
		t.Fatalf("the recount passed a step under way: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if _, err := step.Exec(ctx, "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
