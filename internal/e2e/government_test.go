// Package e2e calls the whole program over HTTP: one file a resource, the
// journeys of named actors, and the isolation matrix over every operation.
package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves A1: a government's space is opened by the installation's administrator
// alone, changed by its own administrator, and unknown to another government's.
func TestGovernment_OpenedChangedAndApart(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a := s.Government("36.03", "Kabupaten Tangerang")
	b := s.Government("36.71", "Kota Tangerang")

	created := s.As(authz.PlatformAdmin, a).Post("/governments", map[string]any{"code": "32.01", "name": "Kabupaten Bogor", "kind": "regency",
		"zone": "Asia/Jakarta", "head_title": "Bupati", "agency_name": "BKPSDM"}).Expect(201)
	if created.Header.Get("Location") != "/api/v1/governments/"+created.Text("id") {
		t.Errorf("Location is %q", created.Header.Get("Location"))
	}
	s.As(authz.PlatformAdmin, a).Post("/governments", map[string]any{"code": "32.01", "name": "Lagi", "kind": "regency",
		"zone": "Asia/Jakarta", "head_title": "Bupati", "agency_name": "BKPSDM"}).ExpectCode(409, "government.code_taken")
	s.As(authz.GovernmentAdmin, a).Post("/governments", map[string]any{"code": "32.02", "name": "Lagi", "kind": "regency",
		"zone": "Asia/Jakarta", "head_title": "Bupati", "agency_name": "BKPSDM"}).ExpectCode(403, "auth.not_permitted")

	admin := s.As(authz.GovernmentAdmin, a)
	got := admin.Patch("/governments/"+a.ID.String(), map[string]any{"letterhead": []string{"PEMERINTAH", "BKPSDM"}}).Expect(200)
	if got.Text("version") != "2" || got.Len("letterhead") != 2 || got.Header.Get("ETag") != `"2"` {
		t.Errorf("got %s", got.Body)
	}
	admin.Get("/governments/"+b.ID.String()).ExpectCode(404, "request.not_found")
	admin.Patch("/governments/"+b.ID.String(), map[string]any{"name": "Diambil"}).ExpectCode(404, "request.not_found")
	if n := admin.Get("/governments").Expect(200).Len("items"); n != 1 {
		t.Errorf("an administrator of one government sees %d", n)
	}
	if n := s.Nobody().Get("/public/governments?limit=2").Expect(200).Len("items"); n != 2 {
		t.Errorf("the first page of the directory holds %d", n)
	}
}

// Proves A3, X18: who could decide on a day is answered from dated mandates,
// two acting heads never overlap, and a mandate is ended, not deleted.
func TestMandate_WhoCouldDecideOnThatDay(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a, b := s.Government("36.71", "Kota Tangerang"), s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, a)
	pj := map[string]any{"office": "appointing_authority", "holder_kind": "pj", "holder_name": "Ahmad Fauzi", "title": "Pj. Wali Kota Tangerang",
		"basis": "Keputusan Mendagri", "valid_from": "2023-12-26", "valid_until": "2025-02-20"}
	m := officer.Post("/mandates", pj).Expect(201)
	if m.Text("recorded_later") != "true" || m.Text("powers") != `["all"]` {
		t.Errorf("got %s", m.Body)
	}
	officer.Post("/mandates", pj).ExpectCode(409, "mandate.overlaps")
	officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "delegate", "holder_name": "Siti", "title": "a.n. Pj. Wali Kota",
		"basis": "Surat kuasa", "valid_from": "2024-05-20", "valid_until": "2024-05-20", "delegates_id": m.Text("id")}).Expect(201)
	officer.Post("/mandates", map[string]any{"office": "appointing_authority", "holder_kind": "definitive", "holder_name": "Wali Kota", "title": "Wali Kota",
		"basis": "Pelantikan", "valid_from": "2025-03-01", "valid_until": "2025-02-01"}).ExpectCode(422, "mandate.period_inverted")
	for on, want := range map[string]int{"2023-12-25": 0, "2023-12-26": 1, "2024-05-20": 2, "2024-05-21": 1, "2025-02-21": 0} {
		if n := officer.Get("/mandates?office=appointing_authority&on=" + on).Expect(200).Len("items"); n != want {
			t.Errorf("on %s %d could decide, want %d", on, n, want)
		}
	}
	ended := officer.Post("/mandates/"+m.Text("id")+"/ending", map[string]any{"last_day": "2024-12-31"}).Expect(200)
	if ended.Text("valid_until") != "2024-12-31" {
		t.Errorf("got %s", ended.Body)
	}
	officer.Post("/mandates/"+m.Text("id")+"/ending", map[string]any{"last_day": "2025-01-31"}).ExpectCode(409, "mandate.ended")
	s.As(authz.AgencyOfficer, b).Get("/mandates/"+m.Text("id")).ExpectCode(404, "request.not_found")
	s.As(authz.ASN, a).Get("/mandates").ExpectCode(403, "auth.not_permitted")
}

// Proves T-25, T-52, T-53: what does not have the contract's form is refused
// with every wrong field named at once, and nothing changes.
func TestGovernment_BadInputNamesEveryField(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	a := s.Government("36.03", "Kabupaten Tangerang")
	admin := s.As(authz.GovernmentAdmin, a)
	path := "/governments/" + a.ID.String()
	bad := admin.Patch(path, map[string]any{"name": "", "zone": "Mars", "tenant_id": 1, "letterhead": []any{1}}).ExpectCode(400, "request.invalid")
	if bad.Len("errors") != 4 {
		t.Errorf("want 4 wrong fields: %s", bad.Body)
	}
	admin.Get("/governments?limit=1000&cursor=%00&tenant=2").ExpectCode(400, "request.invalid")
	admin.Get("/governments?cursor=bm90aGluZw").ExpectCode(400, "request.invalid")
	admin.Get("/governments/not-an-id").ExpectCode(404, "request.not_found")
	for name, body := range map[string]string{"duplicate key": `{"name":"A","name":"B"}`, "trailing": `{"name":"A"} x`,
		"nul": `{"name":"A\u0000"}`, "broken": `{"name":`, "case variant": `{"Name":"A"}`, "array": `[]`, "deep": nested(100)} {
		got := admin.Raw("PATCH", path, map[string][]string{"Content-Type": {"application/merge-patch+json"}}, reader(body))
		if got.Status != 400 {
			t.Errorf("%s: got %d: %s", name, got.Status, got.Body)
		}
	}
	admin.Raw("PATCH", path, map[string][]string{"Content-Type": {"text/plain"}}, reader("x")).ExpectCode(415, "request.unsupported_media_type")
	admin.Raw("PATCH", path, map[string][]string{"Content-Type": {"application/merge-patch+json"}}, reader(`{"name":"`+long(2<<20)+`"}`)).ExpectCode(413, "request.too_large")
	admin.Raw("GET", path, map[string][]string{"Accept": {"image/png"}}, reader("")).ExpectCode(406, "request.not_acceptable")
	admin.Raw("PUT", path, nil, reader("")).ExpectCode(405, "request.method_not_allowed")
	s.Nobody().Get(path).ExpectCode(401, "auth.token_missing")
	if got := admin.Get(path).Expect(200); got.Text("version") != "1" || got.Text("name") != "Kabupaten Tangerang" {
		t.Errorf("bad input changed something: %s", got.Body)
	}
	if got := admin.Raw("GET", "/governments/nope", map[string][]string{"Accept-Language": {"en-GB"}}, reader("")); got.Text("title") != "Not found" {
		t.Errorf("English was asked for: %s", got.Body)
	}
}
