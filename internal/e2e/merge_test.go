package e2e

import (
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// twice is one human with two records in one unit, and a colleague.
type twice struct {
	g            government.Government
	unit         string
	stays, goes  string
	colleague    string
	officer      *harness.Caller
	staying      *harness.Caller
	going, other *harness.Caller
}

func newTwice(t *testing.T, s *harness.Server) twice {
	t.Helper()
	w := twice{g: s.Government("36.03", "Kabupaten Tangerang")}
	w.unit = unit(s, w.g, "dinas-a", "")
	w.stays, w.goes, w.colleague = person(s, w.g, w.unit, "Siti Aminah", 1), person(s, w.g, w.unit, "Siti Aminah S", 2), person(s, w.g, w.unit, "Budi", 3)
	being := func(p string) *harness.Caller { return s.As(authz.ASN, w.g, harness.Being(parsed(t, p))) }
	w.officer, w.staying, w.going, w.other = s.As(authz.AgencyOfficer, w.g), being(w.stays), being(w.goes), being(w.colleague)
	mandate(s, w.g)
	return w
}

func (w twice) merge() {
	w.officer.Post("/asn/mergers", map[string]any{"stays_id": w.stays, "goes_id": w.goes, "reason": "Orang yang sama."}).Expect(200)
}

// Proves B5, D4, F2: circulars and events know the human once, with the stronger
// of what either record has: confirmed over addressed, attended over invited.
func TestMerge_CircularsAndEventsCountOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newTwice(t, s)
	circular := "/circulars/" + circularOf(s, w.g, "SE/1/2024")
	hash := w.going.Get(circular).Expect(200).Text("text_sha256")
	w.going.Post(circular+"/acknowledgements", map[string]any{"text_sha256": hash}).Expect(201)
	event := "/sosialisasi-events/" + publishedEvent(s, w.g, eventDraft(nil), invitedOnline)
	outcomes(t, w.officer.Post(event+"/attendances", map[string]any{"proof": "list", "items": []any{map[string]any{"asn_id": w.goes, "mode": "online"}}}), "recorded")

	w.merge()
	if got := w.officer.Get(circular + "/coverage").Expect(200); got.Text("total.addressed") != "2" || got.Text("total.acknowledged") != "1" {
		t.Errorf("coverage of the circular: %s", got.Body)
	}
	if got := w.staying.Get("/me/circulars?acknowledged=true").Expect(200); got.Len("items") != 1 {
		t.Errorf("confirmed under the other record, now: %s", got.Body)
	}
	w.staying.Post(circular+"/acknowledgements", map[string]any{"text_sha256": hash}).Expect(200)
	if got := w.officer.Get(circular + "/addressees?acknowledged=true").Expect(200); got.Len("items") != 1 || got.Text("items.0.asn_id") != w.stays {
		t.Errorf("who confirmed: %s", got.Body)
	}
	if got := w.officer.Get(event + "/invitees").Expect(200); got.Len("items") != 2 || strings.Contains(string(got.Body), w.goes) {
		t.Errorf("invited: %s", got.Body)
	}
	if got := w.officer.Get(event + "/attendances").Expect(200); got.Len("items") != 1 || got.Text("items.0.asn_id") != w.stays {
		t.Errorf("attended: %s", got.Body)
	}
	if got := w.officer.Get(event + "/coverage").Expect(200); got.Text("total.invited") != "2" || got.Text("total.online") != "1" || got.Text("total.unreached") != "1" {
		t.Errorf("coverage of the event: %s", got.Body)
	}
}

// Proves E4, T-48, T-49: a signature given under the record that went is the
// person's own, byte for byte; signing again gives the same one; the duty is
// counted once. Two signatures given under both stay as they are, and one counts.
func TestMerge_PactsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newTwice(t, s)
	cid, sha := openPact(s, w.g, map[string]any{})
	first := w.going.Post("/pact-signatures", consentTo(cid, sha)).Expect(201)
	both, bothSHA := openPact(s, w.g, map[string]any{"opd_ids": []string{w.unit}})
	own := w.staying.Post("/pact-signatures", consentTo(both, bothSHA)).Expect(201)
	w.going.Post("/pact-signatures", consentTo(both, bothSHA)).Expect(201)

	w.merge()
	again := w.staying.Post("/pact-signatures", consentTo(cid, sha)).Expect(200)
	if again.Text("id") != first.Text("id") || again.Text("record") != first.Text("record") || again.Text("record_sha256") != first.Text("record_sha256") || again.Text("intact") != "true" {
		t.Errorf("signed under the other record %s, now %s", first.Body, again.Body)
	}
	if v := s.Nobody().Post("/public/pact-verifications", map[string]any{"code": first.Text("receipt_code")}).Expect(200); v.Text("valid") != "true" {
		t.Errorf("the receipt: %s", v.Body)
	}
	for campaign, want := range map[string]string{cid: first.Text("id"), both: own.Text("id")} {
		mine := w.staying.Get("/me/pacts").Expect(200)
		found := false
		for i := range mine.Len("items") {
			at := "items." + string(rune('0'+i))
			if mine.Text(at+".campaign_id") == campaign {
				found = mine.Text(at+".signature.id") == want
			}
		}
		if !found {
			t.Errorf("campaign %s is not signed by %s: %s", campaign, want, mine.Body)
		}
		if got := w.officer.Get("/pact-campaigns/" + campaign + "/progress").Expect(200); got.Text("total.obliged") != "2" || got.Text("total.signed") != "1" {
			t.Errorf("progress: %s", got.Body)
		}
	}
}

// Proves B5, J4, T-11: coaching, reports and task forces speak of the record
// that stays, and the wall hides a report about either record from both.
func TestMerge_CoachingReportsAndTaskForces(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newTwice(t, s)
	coached(s, w.g, map[string]any{"asn_id": w.goes})
	report := w.officer.Post("/reports", map[string]any{"origin": "own_monitoring", "kind": "finding", "received_on": "2024-10-01", "narrative": like,
		"subjects": []map[string]any{{"nip": nipOf(2)}}}).Expect(201).Text("id")
	force := w.officer.Post("/task-forces", map[string]any{"name": "Satgas", "decree_number": "1/2024", "decreed_on": "2024-01-02", "valid_from": "2024-01-02",
		"members": []map[string]any{{"role": "chair", "asn_id": w.goes, "position_title": "Kepala"}, {"role": "member", "asn_id": w.stays, "position_title": "Kepala"}}}).Expect(201).Text("id")
	handler := s.As(authz.TaskForceMember, w.g, harness.Being(parsed(t, w.stays)))
	handler.Get("/reports/" + report).Expect(200)

	w.merge()
	if got := w.staying.Get("/me/coachings").Expect(200); got.Len("items") != 1 {
		t.Errorf("coached: %s", got.Body)
	}
	if got := w.officer.Get("/coachings?with_expired=true&asn_id=" + w.stays).Expect(200); got.Len("items") != 1 || got.Text("items.0.asn_id") != w.stays {
		t.Errorf("the ledger: %s", got.Body)
	}
	if got := w.officer.Get("/reports/" + report).Expect(200); got.Text("subjects.0.asn_id") != w.stays {
		t.Errorf("the subject: %s", got.Body)
	}
	for _, record := range []string{w.stays, w.goes} {
		s.As(authz.TaskForceMember, w.g, harness.Being(parsed(t, record))).Get("/reports/"+report).ExpectCode(404, "request.not_found")
	}
	members := w.officer.Get("/task-forces/" + force + "/members").Expect(200)
	if members.Len("items") != 1 || members.Text("items.0.asn_id") != w.stays || members.Text("items.0.role") != "chair" {
		t.Errorf("members: %s", members.Body)
	}
	if n := s.Count("SELECT count(*) FROM journal WHERE action = 'asn.merged' AND object_id = '" + w.stays + "' AND details->>'goes_id' = '" + w.goes + "'"); n != 1 {
		t.Errorf("%d notes name both records", n)
	}
}

// Proves B5, O7: both accounts sign in as the one person; nobody gains a role.
func TestMerge_AccountsSignInAsOnePerson(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	w := newTwice(t, s.Fixtures())
	stays, goes := parsed(t, w.stays), parsed(t, w.goes)
	a, b := s.Account(w.g, "satu@tangerang.example", &stays, authz.ASN), s.Account(w.g, "dua@tangerang.example", &goes, authz.Auditor)
	w.merge()
	roles := map[string]string{}
	for name, account := range map[string]struct{ a *harness.Caller }{"satu": {s.SignedIn(a.ID, w.g.ID)}, "dua": {s.SignedIn(b.ID, w.g.ID)}} {
		me := account.a.Get("/me").Expect(200)
		if me.Text("asn_id") != w.stays {
			t.Errorf("%s is %s, want %s: %s", name, me.Text("asn_id"), w.stays, me.Body)
		}
		roles[name] = me.Text("roles")
	}
	if strings.Contains(roles["satu"], "auditor") || !strings.Contains(roles["dua"], "auditor") {
		t.Errorf("roles: %v", roles)
	}
}

// Proves B3, B5: a file that still has the number of the record that went opens
// no third one.
func TestMerge_ImportedAgainOpensNobody(t *testing.T) {
	t.Parallel()
	s, g, o, _ := registry(t)
	o.run(t, "?mode=all_or_nothing", "text/csv", sheetCSV(heads, line(1, "SITI AMINAH", "III/c", "01-04-2020", "dinkes"), line(2, "SITI AMINAH S", "III/c", "01-04-2020", "dinkes")), "applied")
	officer := s.As(authz.AgencyOfficer, g)
	all := officer.Get("/asn").Expect(200)
	ids := map[string]string{}
	for i := range all.Len("items") {
		at := "items." + string(rune('0'+i))
		ids[all.Text(at+".name")] = all.Text(at + ".id")
	}
	before := all.Len("items")
	officer.Post("/asn/mergers", map[string]any{"stays_id": ids["SITI AMINAH"], "goes_id": ids["SITI AMINAH S"], "reason": "Orang yang sama."}).Expect(200)
	_, done := o.run(t, "?mode=accept_valid", "text/csv", sheetCSV(heads, line(2, "SITI AMINAH S", "III/c", "01-04-2020", "dinkes")), "applied")
	if n := officer.Get("/asn").Expect(200).Len("items"); n != before-1 {
		t.Errorf("%d people before, %d after merging and importing again: %s", before, n, done.Body)
	}
	if got := officer.Get("/imports/" + done.Text("id") + "/rows?outcome=refused").Expect(200); got.Text("items.0.findings.0.code") != "import.nip_former" {
		t.Errorf("the row: %s", got.Body)
	}
}
