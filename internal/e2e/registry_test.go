package e2e

import (
	"fmt"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// unit adds a unit of a government and gives its id.
func unit(s *harness.Server, g government.Government, code, parent string) string {
	body := map[string]any{"code": code, "name": "Unit " + code, "type": "dinas", "valid_from": "2023-01-01"}
	if parent != "" {
		body["parent_id"] = parent
	}
	return s.As(authz.AgencyOfficer, g).Post("/opd", body).Expect(201).Text("id")
}

// person adds a PNS of a unit and gives the id; n makes the NIP.
func person(s *harness.Server, g government.Government, unit, name string, n int) string {
	return s.As(authz.AgencyOfficer, g).Post("/asn", map[string]any{"name": name, "nip": nipOf(n), "employment_type": "pns", "rank_code": "pns_iii_c",
		"position_title": "Analis", "position_type": "pelaksana", "opd_id": unit, "valid_from": "2022-01-01"}).Expect(201).Text("id")
}

func nipOf(n int) string { return fmt.Sprintf("19860926201505%d%03d", 1+n%2, 1+n) }

func parsed(t *testing.T, s string) id.ID {
	t.Helper()
	v, err := id.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Proves C1, C2: the tree keeps its history: renamed, moved, merged and split
// units are told as they were on any day, staff move along, nothing is deleted.
func TestOpd_TreeKeepsItsHistory(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, g)
	a, b := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	sub := unit(s, g, "a-1", a)
	p := person(s, g, b, "Siti Aminah", 1)

	officer.Post("/opd/"+a+"/renaming", map[string]any{"name": "Dinas Baru", "valid_from": "2024-02-01"}).Expect(200)
	if got := officer.Get("/opd?on=2024-01-31&limit=1").Expect(200).Text("items.0.name"); got != "Unit a-1" {
		t.Errorf("on 31 January the first unit is %s", got)
	}
	if got := officer.Get("/opd?on=2024-02-01&limit=1").Expect(200).Text("items.0.name"); got != "Dinas Baru" {
		t.Errorf("on 1 February the first unit is %s", got)
	}
	officer.Post("/opd/"+a+"/moves", map[string]any{"parent_id": sub, "valid_from": "2024-03-01"}).ExpectCode(422, "opd.ring")
	officer.Post("/opd/"+a+"/renaming", map[string]any{"name": "Zu spät", "valid_from": "2024-01-01"}).ExpectCode(422, "opd.before_last_change")
	officer.Post("/opd/"+sub+"/moves", map[string]any{"parent_id": b, "valid_from": "2024-03-01"}).Expect(200)
	if n := officer.Get("/opd?root_id=" + b).Expect(200).Len("items"); n != 2 {
		t.Errorf("below b are %d", n)
	}
	officer.Post("/opd/"+b+"/ending", map[string]any{"last_day": "2024-12-31"}).ExpectCode(409, "opd.not_empty")

	officer.Post("/opd/mergers", map[string]any{"source_ids": []string{b}, "into_id": a, "valid_from": "2024-07-01"}).Expect(200)
	gone := officer.Get("/opd/" + b).Expect(200)
	if gone.Text("valid_until") != "2024-06-30" || gone.Text("successor_id") != a {
		t.Errorf("the merged unit: %s", gone.Body)
	}
	if got := officer.Get("/asn/" + p).Expect(200).Text("opd_id"); got != a {
		t.Errorf("staff of the merged unit are in %s", got)
	}
	if got := officer.Get("/asn/" + p + "/status?on=2024-06-30").Expect(200); got.Text("opd_id") != b || got.Text("opd_name") != "Unit dinas-b" {
		t.Errorf("on the last day before: %s", got.Body)
	}
	if got := officer.Get("/opd/" + sub).Expect(200).Text("parent_id"); got != a {
		t.Errorf("the unit below the merged one lies below %s", got)
	}
	parts := officer.Post("/opd/"+a+"/splits", map[string]any{"valid_from": "2025-01-01",
		"into": []map[string]any{{"code": "dinas-c", "name": "Dinas C", "type": "dinas", "asn_ids": []string{p}}}}).Expect(201)
	if got := officer.Get("/asn/" + p).Expect(200).Text("opd_id"); got != parts.Text("items.0.id") {
		t.Errorf("after the split the person is in %s", got)
	}
	if n := officer.Get("/opd/" + a + "/history").Expect(200).Len("items"); n != 3 {
		t.Errorf("the history has %d entries", n)
	}
	officer.Post("/opd", map[string]any{"code": "dinas-c", "name": "x", "type": "dinas", "valid_from": "2023-01-01"}).ExpectCode(409, "opd.code_taken")
}

// Proves C3: an officer of a unit sees and touches the own unit and all below
// it, whatever the operation, and nothing else.
func TestOpd_OfficerIsBoundToTheSubtree(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	own, other := unit(s, g, "dinas-a", ""), unit(s, g, "dinas-b", "")
	below := unit(s, g, "a-1", own)
	mine, foreign := person(s, g, below, "Siti Aminah", 1), person(s, g, other, "Siti Aminah", 2)
	kasubag := s.As(authz.OPDOfficer, g, harness.Under(parsed(t, own)))
	if n := kasubag.Get("/opd").Expect(200).Len("items"); n != 2 {
		t.Errorf("sees %d units", n)
	}
	kasubag.Get("/opd/"+other).ExpectCode(404, "request.not_found")
	kasubag.Get("/asn/" + mine).Expect(200)
	kasubag.Get("/asn/"+foreign).ExpectCode(404, "request.not_found")
	if got := kasubag.Post("/asn/searches", map[string]any{"q": "siti"}).Expect(200); got.Len("items") != 1 || got.Text("items.0.id") != mine {
		t.Errorf("the search finds %s", got.Body)
	}
	if n := kasubag.Get("/asn?opd_id=" + other).Expect(200).Len("items"); n != 0 {
		t.Errorf("lists %d of another unit", n)
	}
	kasubag.Post("/asn/"+foreign+"/absences", map[string]any{"kind": "illness", "valid_from": "2024-01-01"}).ExpectCode(404, "request.not_found")
	spell := kasubag.Post("/asn/"+mine+"/absences", map[string]any{"kind": "illness", "valid_from": "2024-01-01"}).Expect(201)
	kasubag.Post("/asn/"+mine+"/absences/"+spell.Text("id")+"/ending", map[string]any{"last_day": "2024-01-10"}).Expect(200)
	kasubag.Patch("/asn/"+mine, map[string]any{"name": "X"}).ExpectCode(403, "auth.not_permitted")
	self := s.As(authz.ASN, g, harness.Being(parsed(t, mine)))
	self.Get("/asn/" + mine).Expect(200)
	self.Get("/asn/"+foreign).ExpectCode(404, "request.not_found")
	if n := self.Get("/asn").Expect(200).Len("items"); n != 1 {
		t.Errorf("an ASN lists %d persons", n)
	}
}

// Proves B1, B2, B5, B6: rank, position, unit and superior have dates; a day in
// the past tells what was true then; the chain of superiors never closes.
func TestAsn_HistoryAndSuperiors(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	o := unit(s, g, "dinas-a", "")
	officer := s.As(authz.AgencyOfficer, g)
	a, b, c := person(s, g, o, "Andi", 1), person(s, g, o, "Budi", 2), person(s, g, o, "Cici", 3)
	officer.Post("/asn/"+a+"/assigned-superiors", map[string]any{"superior_id": b, "valid_from": "2023-01-01"}).Expect(200)
	officer.Post("/asn/"+b+"/assigned-superiors", map[string]any{"superior_id": c, "valid_from": "2023-01-01"}).Expect(200)
	officer.Post("/asn/"+c+"/assigned-superiors", map[string]any{"superior_id": a, "valid_from": "2023-01-01"}).ExpectCode(422, "asn.superior_ring")
	line := officer.Get("/asn/" + a + "/superiors").Expect(200)
	if line.Len("items") != 2 || line.Text("items.0.asn_id") != b || line.Text("items.1.asn_id") != c {
		t.Errorf("the chain is %s", line.Body)
	}
	if n := officer.Get("/asn/" + a + "/superiors?on=2022-06-01").Expect(200).Len("items"); n != 0 {
		t.Errorf("in 2022 the chain has %d", n)
	}
	officer.Post("/asn/"+a+"/ranks", map[string]any{"rank_code": "pns_iii_d", "valid_from": "2024-04-01"}).Expect(200)
	officer.Post("/asn/"+a+"/ranks", map[string]any{"rank_code": "pns_iv_a", "valid_from": "2024-04-01"}).ExpectCode(409, "asn.same_day")
	for on, want := range map[string]string{"2024-03-31": "pns_iii_c", "2024-04-01": "pns_iii_d"} {
		if got := officer.Get("/asn/" + a + "/status?on=" + on).Expect(200).Text("rank_code"); got != want {
			t.Errorf("on %s the rank is %s, want %s", on, got, want)
		}
	}
	if got := officer.Get("/asn/" + a).Expect(200); got.Text("rank_code") != "pns_iii_d" || got.Text("superior_id") != b {
		t.Errorf("today: %s", got.Body)
	}
	future := officer.Post("/asn/"+a+"/positions", map[string]any{"position_title": "Camat", "position_type": "administrator", "opd_id": o, "valid_from": "2999-01-01"}).Expect(200)
	if future.Text("position_title") != "Analis" {
		t.Errorf("a future post is held today: %s", future.Body)
	}
	officer.Post("/asn/"+a+"/departure", map[string]any{"reason": "retired", "last_day": "2024-12-31"}).Expect(200)
	officer.Post("/asn/"+a+"/ranks", map[string]any{"rank_code": "pns_iv_b", "valid_from": "2025-04-01"}).ExpectCode(409, "asn.departed")
}

// Proves B1, B7, X24: numbers that can never be are refused by their part, one
// NIP has one owner in a government, staff without NIP are welcome, and two
// records of one human become one.
func TestAsn_NumbersAndMergers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, h := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	o := unit(s, g, "dinas-a", "")
	officer := s.As(authz.AgencyOfficer, g)
	base := func(nip any, kind string) map[string]any {
		m := map[string]any{"name": "Dr. Hj. Dewi Sartika", "employment_type": kind, "opd_id": o, "valid_from": "2022-01-01"}
		if nip != nil {
			m["nip"] = nip
		}
		return m
	}
	for nip, part := range map[string]string{"198613262015051001": "asn.nip_birth_date", "198609262015053001": "asn.nip_sex", "1986092620150510019": "asn.nip_length"} {
		if got := officer.Post("/asn", base(nip, "pns")).ExpectCode(422, "asn.invalid").Text("errors.0.code"); got != part {
			t.Errorf("%s: got %s, want %s", nip, got, part)
		}
	}
	officer.Post("/asn", base(nil, "pns")).ExpectCode(422, "asn.invalid")
	a := officer.Post("/asn", base("19860926 201505 2 001", "pns")).Expect(201)
	if a.Text("nip") != "198609262015052001" || a.Text("sex") != "female" || a.Text("birth_date") != "1986-09-26" {
		t.Errorf("read from the NIP: %s", a.Body)
	}
	officer.Post("/asn", base("198609262015052001", "pns")).ExpectCode(409, "asn.nip_taken")
	person(s, h, unit(s, h, "dinas-a", ""), "Orang Lain", 1) // the same number elsewhere is no conflict (T-19)
	officer.Post("/asn", base(nil, "non_asn")).Expect(201)
	b := officer.Post("/asn", base("198609262022212001", "pppk")).Expect(201)
	stays := officer.Post("/asn/mergers", map[string]any{"stays_id": a.Text("id"), "goes_id": b.Text("id"), "reason": "orang yang sama"}).Expect(200)
	if got := officer.Get("/asn/" + b.Text("id")).Expect(200).Text("id"); got != stays.Text("id") {
		t.Errorf("the record that went answers with %s", got)
	}
	if n := officer.Post("/asn/searches", map[string]any{"nip_prefix": "19860926"}).Expect(200).Len("items"); n != 1 {
		t.Errorf("after the merger %d have the number", n)
	}
	for _, q := range []string{"sartika dewi", "Dewi", "sartikka", "HJ. DEWI"} {
		if n := officer.Post("/asn/searches", map[string]any{"q": q}).Expect(200).Len("items"); n == 0 {
			t.Errorf("%q finds nobody", q)
		}
	}
}
