package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// regent gives a government an appointing authority from a day on.
func regent(s *harness.Server, g government.Government, title, from, until string) string {
	b := map[string]any{"office": "appointing_authority", "holder_kind": "definitive", "holder_name": "Ahmed Zaki Rahman", "title": title,
		"basis": "Keputusan Mendagri", "valid_from": from}
	if until != "" {
		b["valid_until"] = until
	}
	return s.As(authz.AgencyOfficer, g).Post("/mandates", b).Expect(201).Text("id")
}

// Proves F1, X18: the number is kept as printed and found however it is typed;
// the signature is that of who held the office on the day of signing; a year
// knows a number once; another government neither sees nor hinders it.
func TestCircular_NumberAndSignatoryOfTheDay(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	person(s, other, unit(s, other, "dinas-a", ""), "Siti Aminah", 1)
	officer := s.As(authz.AgencyOfficer, g)
	mandateOfDay := regent(s, g, "Bupati Tangerang", "2018-09-21", "2023-11-13")
	regent(s, g, "Pj. Bupati Tangerang", "2023-11-14", "")
	const number = "100.3.4.2/4283/XI/BKPSDM Tahun 2023"
	draft := circularDraft(map[string]any{"number": number, "signed_on": "2023-11-13", "signatory_office": "appointing_authority"})
	c := officer.Post("/circulars", draft).Expect(201)
	if c.Text("number") != number || c.Text("number_parts.month") != "11" || c.Text("number_parts.classification") != "100.3.4.2" || c.Text("text") != "" {
		t.Errorf("the draft: %s", c.Body)
	}
	draft["number"] = "100.3.4.2 / 4283 / xi / bkpsdm tahun 2023"
	officer.Post("/circulars", draft).ExpectCode(409, "circular.number_taken")
	twin := s.As(authz.AgencyOfficer, other).Post("/circulars", draft).Expect(201).Text("id")
	path := "/circulars/" + c.Text("id")
	issued := officer.Post(path+"/issuance", nil).Expect(200)
	if issued.Text("signatory.title") != "Bupati Tangerang" || issued.Text("signatory.mandate_id") != mandateOfDay ||
		issued.Text("signatory.without_mandate") != "false" || issued.Text("recorded_later") != "true" || issued.Text("addressed") != "1" {
		t.Errorf("issued: %s", issued.Body)
	}
	sum := sha256.Sum256([]byte(issued.Text("text")))
	if issued.Text("text_sha256") != hex.EncodeToString(sum[:]) || !strings.Contains(issued.Text("text"), number) {
		t.Errorf("text and hash differ: %s", issued.Body)
	}
	for typed, n := range map[string]int{number: 1, "no. 100.3.4.2/4283/XI/bkpsdm": 1, "100.3.4.2/4283/XI/BKPSDM Tahun 2024": 0, "100.3.4.2/428/XI/BKPSDM": 0} {
		if got := officer.Get("/circulars?number=" + url.QueryEscape(typed)).Expect(200).Len("items"); got != n {
			t.Errorf("%q finds %d, want %d", typed, got, n)
		}
	}
	officer.Get("/circulars/"+twin).ExpectCode(404, "request.not_found")
	s.As(authz.AgencyOfficer, other).Get(path).ExpectCode(404, "request.not_found")
	officer.Patch(path, map[string]any{"subject": "Lain"}).ExpectCode(409, "circular.wrong_step")
	if again := officer.Get(path).Expect(200); again.Text("text") != issued.Text("text") || again.Text("version") != "2" {
		t.Errorf("a refused change changed: %s", again.Body)
	}
}

// Proves F1, X18: a circular over an office that nobody held is refused; one
// signed on paper is taken with what is printed on it, and marked.
func TestCircular_NobodyHeldTheOffice(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	officer := s.As(authz.AgencyOfficer, g)
	c := officer.Post("/circulars", circularDraft(map[string]any{"number": "SE/7/2024"})).Expect(201)
	path := "/circulars/" + c.Text("id")
	officer.Post(path+"/issuance", nil).ExpectCode(422, "circular.no_mandate")
	officer.Patch(path, map[string]any{"signatory_title": "Kepala BKPSDM", "signatory_name": "Hendra"}).Expect(200)
	issued := officer.Post(path+"/issuance", nil).Expect(200)
	if issued.Text("signatory.without_mandate") != "true" || issued.Text("signatory.name") != "Hendra" {
		t.Errorf("got %s", issued.Body)
	}
	today := time.Now().In(time.FixedZone("WIB", 7*3600)).Format("2006-01-02")
	now := officer.Post("/circulars", circularDraft(map[string]any{"number": "SE/8/" + today[:4], "signed_on": today, "signatory_title": "Kepala", "signatory_name": "Hendra"})).Expect(201)
	officer.Post("/circulars/"+now.Text("id")+"/issuance", nil).ExpectCode(422, "circular.no_mandate")
}

// Proves F3, T-26: which circular bound on a day, through amendment, replacement
// and revocation; drafts are the agency's alone; wrong steps say what is open.
func TestCircular_WhichWasInForceOnADay(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	who := person(s, g, unit(s, g, "dinas-a", ""), "Siti Aminah", 1)
	mandate(s, g)
	officer, self := s.As(authz.AgencyOfficer, g), s.As(authz.ASN, g, harness.Being(parsed(t, who)))
	issue := func(with map[string]any) string {
		cid := officer.Post("/circulars", circularDraft(with)).Expect(201).Text("id")
		self.Get("/circulars/"+cid).ExpectCode(404, "request.not_found")
		officer.Post("/circulars/"+cid+"/issuance", nil).Expect(200)
		return cid
	}
	first := issue(map[string]any{"number": "SE/1/2023", "signed_on": "2023-11-13"})
	amendment := issue(map[string]any{"number": "SE/2/2024", "signed_on": "2024-01-10", "amends_id": first})
	third := issue(map[string]any{"number": "SE/3/2024", "signed_on": "2024-09-01", "in_force_from": "2024-09-22", "replaces_id": first})
	officer.Post("/circulars/"+third+"/revocation", map[string]any{"last_day": "2024-09-21", "reason": "selesai"}).ExpectCode(422, "circular.ends_before_start")
	officer.Post("/circulars/"+third+"/revocation", map[string]any{"last_day": "2024-12-31", "reason": "Pemilihan selesai"}).Expect(200)
	for on, want := range map[string][]string{"2023-11-12": {}, "2023-11-13": {first}, "2024-01-10": {amendment, first},
		"2024-09-21": {amendment, first}, "2024-09-22": {third, amendment}, "2024-12-31": {third, amendment}, "2025-01-01": {amendment}} {
		got := self.Get("/circulars?in_force_on=" + on).Expect(200)
		if got.Len("items") != len(want) {
			t.Errorf("on %s: %s", on, got.Body)
			continue
		}
		for i, cid := range want {
			if got.Value("items").([]any)[i].(map[string]any)["id"] != cid {
				t.Errorf("on %s: %s", on, got.Body)
			}
		}
	}
	replaced := officer.Post("/circulars/"+first+"/revocation", map[string]any{"last_day": "2025-01-31", "reason": "x"}).ExpectCode(409, "circular.wrong_step")
	if replaced.Len("allowed_steps") != 0 {
		t.Errorf("a replaced circular allows %s", replaced.Body)
	}
	if got := officer.Get("/circulars/" + first).Expect(200); got.Text("state") != "replaced" || got.Text("in_force_until") != "2024-09-21" {
		t.Errorf("the first: %s", got.Body)
	}
	officer.Post("/circulars", circularDraft(map[string]any{"amends_id": first, "replaces_id": third})).ExpectCode(422, "circular.invalid")
	officer.Post("/circulars", circularDraft(map[string]any{"amends_id": nowhere})).ExpectCode(404, "request.not_found")
	officer.Post("/circulars", circularDraft(map[string]any{"legal_source_codes": []string{"uu_0_0000"}})).ExpectCode(422, "reference.code_unknown")
	officer.Post("/circulars", circularDraft(map[string]any{"election_id": nowhere})).ExpectCode(404, "request.not_found")
	about := officer.Post("/circulars", circularDraft(map[string]any{"election_id": pilkada})).Expect(201).Text("id")
	if got := officer.Get("/circulars?election_id=" + pilkada).Expect(200); got.Len("items") != 1 || got.Text("items.0.id") != about {
		t.Errorf("about the Pilkada: %s", got.Body)
	}
	nameless := officer.Post("/circulars", circularDraft(nil)).Expect(201).Text("id")
	officer.Post("/circulars/"+nameless+"/issuance", nil).ExpectCode(422, "circular.number_needed")
	late := officer.Post("/circulars", circularDraft(map[string]any{"number": "SE/9/2024", "replaces_id": first})).Expect(201).Text("id")
	officer.Post("/circulars/"+late+"/issuance", nil).ExpectCode(409, "circular.wrong_step")
	if got := officer.Get("/circulars/" + late).Expect(200).Text("state"); got != "draft" {
		t.Errorf("a refused issuance left the state %s", got)
	}
}

// Proves F2, T-28: addressees are frozen by rule; a person confirms the text
// shown, once; an officer records paper of the own unit alone, line by line;
// coverage tells who is still to be asked.
func TestCircular_ReceiptsAndCoverage(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	own, far := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	below := unit(s, g, "a-1", own)
	a, b, c := person(s, g, own, "Andi", 1), person(s, g, below, "Budi", 2), person(s, g, far, "Cici", 3)
	mandate(s, g)
	agency, kasubag := s.As(authz.AgencyOfficer, g), s.As(authz.OPDOfficer, g, harness.Under(parsed(t, own)))
	path := "/circulars/" + circularOf(s, g, "SE/1/2024")
	newcomer := person(s, g, own, "Dodi", 4)

	me := s.As(authz.ASN, g, harness.Being(parsed(t, a)))
	if got := me.Get("/me/circulars?acknowledged=false").Expect(200); got.Len("items") != 1 {
		t.Errorf("to confirm: %s", got.Body)
	}
	hash := me.Get(path).Expect(200).Text("text_sha256")
	me.Post(path+"/acknowledgements", map[string]any{"text_sha256": strings.Repeat("0", 64)}).ExpectCode(409, "circular.other_text")
	if r := me.Post(path+"/acknowledgements", map[string]any{"text_sha256": hash}).Expect(201); r.Text("asn_id") != a || r.Text("channel") != "own" {
		t.Errorf("the receipt: %s", r.Body)
	}
	me.Post(path+"/acknowledgements", map[string]any{"text_sha256": hash}).Expect(200)
	if got := me.Get("/me/circulars?acknowledged=true").Expect(200); got.Len("items") != 1 || got.Text("items.0.acknowledged_on") == "" {
		t.Errorf("confirmed: %s", got.Body)
	}
	s.As(authz.ASN, g, harness.Being(parsed(t, newcomer))).Post(path+"/acknowledgements", map[string]any{"text_sha256": hash}).ExpectCode(422, "circular.not_addressed")
	kasubag.Post(path+"/acknowledgements", map[string]any{"text_sha256": hash}).ExpectCode(403, "auth.not_permitted")

	line := func(who, on string) map[string]any { return map[string]any{"asn_id": who, "acknowledged_on": on} }
	got := kasubag.Post(path+"/paper-acknowledgements", map[string]any{"proof": "Daftar", "items": []any{line(a, "2024-01-12"), line(b, "2024-01-09"),
		line(b, "2024-01-12"), line(b, "2024-01-13"), line(c, "2024-01-12"), line(newcomer, "2024-01-12"), line(nowhere, "2024-01-12")}}).Expect(200)
	for i, want := range []string{"already", "day_impossible", "recorded", "already", "not_addressed", "not_addressed", "not_addressed"} {
		if o := got.Value("items").([]any)[i].(map[string]any)["outcome"]; o != want {
			t.Errorf("line %d is %v, want %s", i, o, want)
		}
	}
	if got := kasubag.Get(path + "/coverage").Expect(200); got.Len("items") != 2 || got.Text("total.addressed") != "2" || got.Text("total.acknowledged") != "2" || got.Text("total.on_paper") != "1" {
		t.Errorf("the unit's coverage: %s", got.Body)
	}
	page := agency.Get(path + "/coverage?limit=2").Expect(200)
	next := agency.Get(path + "/coverage?limit=2&cursor=" + page.Text("next_cursor")).Expect(200)
	if page.Len("items") != 2 || next.Len("items") != 1 || next.Text("total.addressed") != "3" || next.Text("items.0.opd_id") != far {
		t.Errorf("the government's coverage: %s then %s", page.Body, next.Body)
	}
	if got := agency.Get(path + "/addressees?acknowledged=false").Expect(200); got.Len("items") != 1 || got.Text("items.0.asn_id") != c {
		t.Errorf("still to be asked: %s", got.Body)
	}
	if got := kasubag.Get(path + "/addressees?acknowledged=false").Expect(200); got.Len("items") != 0 {
		t.Errorf("the unit still has to ask: %s", got.Body)
	}
	paper := kasubag.Get(path + "/addressees?opd_id=" + below).Expect(200)
	if paper.Len("items") != 1 || paper.Text("items.0.channel") != "paper" || paper.Text("items.0.recorded_later") != "true" || paper.Text("items.0.acknowledged_on") != "2024-01-12" {
		t.Errorf("on paper: %s", paper.Body)
	}
	agency.Post(path+"/revocation", map[string]any{"last_day": "2024-12-31", "reason": "selesai"}).Expect(200)
	s.As(authz.ASN, g, harness.Being(parsed(t, c))).Post(path+"/acknowledgements", map[string]any{"text_sha256": hash}).ExpectCode(409, "circular.not_binding")
}

// Proves F2: who is addressed follows the rule, and a rule that means nobody is
// refused.
func TestCircular_AddressedByRule(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	own := unit(s, g, "dinas-a", "")
	a := person(s, g, own, "Andi", 1)
	person(s, g, own, "Budi", 2)
	mandate(s, g)
	officer := s.As(authz.AgencyOfficer, g)
	officer.Post("/opd/"+own+"/officers", map[string]any{"office": "head", "asn_id": a, "holder_kind": "definitive", "valid_from": "2023-01-01"}).Expect(201)
	for i, c := range []struct {
		rule map[string]any
		n    string
	}{{map[string]any{}, "2"}, {map[string]any{"offices": []string{"head"}}, "1"}, {map[string]any{"except_ids": []string{a}}, "1"},
		{map[string]any{"opd_types": []string{"kecamatan"}, "also_ids": []string{a}}, "1"}, {map[string]any{"opd_types": []string{"kecamatan"}}, ""}} {
		cid := officer.Post("/circulars", circularDraft(map[string]any{"number": "SE/" + string(rune('1'+i)) + "/2024", "addressees": c.rule})).Expect(201).Text("id")
		got := officer.Post("/circulars/"+cid+"/issuance", nil)
		if c.n == "" {
			got.ExpectCode(422, "circular.nobody_addressed")
			continue
		}
		if got.Expect(200).Text("addressed") != c.n {
			t.Errorf("%v addresses %s, want %s", c.rule, got.Text("addressed"), c.n)
		}
	}
}
