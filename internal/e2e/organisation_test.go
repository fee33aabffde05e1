package e2e

import (
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// Proves G6, U2: who oversees neutrality is a row with dates. KASN ends, BKN
// takes over, and whoever asks who it was on a day gets that day's answer; only
// the installation's administrator writes, everybody signed in reads.
func TestOrganisation_OversightChangedHands(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin, officer := s.As(authz.PlatformAdmin, g), s.As(authz.AgencyOfficer, g)
	kasn := admin.Post("/organisations", map[string]any{"kind": "kasn", "level": "national", "name": "Komisi Aparatur Sipil Negara",
		"abbreviation": "KASN", "valid_from": "2014-01-15"}).Expect(201)
	path := "/organisations/" + kasn.Text("id")
	if kasn.Header.Get("Location") != "/api/v1"+path || kasn.Text("allowed_steps") != `["update","ending"]` {
		t.Errorf("got %s at %s", kasn.Body, kasn.Header.Get("Location"))
	}
	admin.Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara", "valid_from": "2024-09-04"}).Expect(201)
	admin.Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara", "valid_from": "2024-09-04"}).ExpectCode(409, "organisation.exists")
	admin.Post(path+"/ending", map[string]any{"last_day": "2013-12-31"}).ExpectCode(422, "organisation.period_inverted")
	if got := admin.Post(path+"/ending", map[string]any{"last_day": "2024-09-03"}).Expect(200); got.Text("valid_until") != "2024-09-03" {
		t.Errorf("got %s", got.Body)
	}
	again := admin.Post(path+"/ending", map[string]any{"last_day": "2024-12-31"}).ExpectCode(409, "organisation.ended")
	if again.Text("allowed_steps") != `["update"]` {
		t.Errorf("got %s", again.Body)
	}
	for on, want := range map[string]string{"2024-09-03": "kasn", "2024-09-04": "bkn"} {
		got := officer.Get("/organisations?on=" + on).Expect(200)
		if got.Len("items") != 1 || got.Text("items.0.kind") != want {
			t.Errorf("on %s: %s", on, got.Body)
		}
	}
	if got := officer.Get(path).Expect(200); got.Header.Get("ETag") != `"2"` || got.Text("allowed_steps") != "[]" {
		t.Errorf("got %s", got.Body)
	}
}

// Proves G6: the area fits the level, the list is cut by kind,
// area and page, and nobody else writes.
func TestOrganisation_ListedByKindAndArea(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin := s.As(authz.PlatformAdmin, g)
	office := func(kind, level, region, name string) map[string]any {
		m := map[string]any{"kind": kind, "level": level, "name": name, "valid_from": "2018-08-15"}
		if region != "" {
			m["region_code"] = region
		}
		return m
	}
	admin.Post("/organisations", office("bawaslu", "regency_city", "36", "Bawaslu")).ExpectCode(422, "organisation.region_unfit")
	admin.Post("/organisations", office("bawaslu", "national", "36", "Bawaslu")).ExpectCode(422, "organisation.region_unfit")
	made := admin.Post("/organisations", office("bawaslu", "regency_city", "36.03", "Bawaslu Kabupaten Tangerang")).Expect(201)
	admin.Post("/organisations", office("bawaslu", "regency_city", "36.71", "Bawaslu Kota Tangerang")).Expect(201)
	admin.Post("/organisations", office("kpu", "regency_city", "36.03", "KPU Kabupaten Tangerang")).Expect(201)
	asn := s.As(authz.AgencyOfficer, g)
	if got := asn.Get("/organisations?kind=bawaslu&region_code=36.03").Expect(200); got.Len("items") != 1 || got.Text("items.0.id") != made.Text("id") {
		t.Errorf("got %s", got.Body)
	}
	first := asn.Get("/organisations?limit=2").Expect(200)
	rest := asn.Get("/organisations?limit=2&cursor=" + first.Text("next_cursor")).Expect(200)
	// The Link to the next page carries the filters, without which its cursor would be refused.
	link := asn.Get("/organisations?kind=bawaslu&on=2024-10-07&limit=1").Expect(200).Header.Get("Link")
	path, ok := strings.CutPrefix(strings.TrimSuffix(link, `>; rel="next"`), "</api/v1")
	if next := asn.Get(path).Expect(200); !ok || next.Text("items.0.region_code") != "36.71" || next.Len("items") != 1 || next.Header.Get("Link") != "" {
		t.Errorf("the next page of %s is %s", link, next.Body)
	}
	if first.Len("items") != 2 || rest.Len("items") != 1 || rest.Text("items.0.kind") != "kpu" || rest.Text("next_cursor") != "" {
		t.Errorf("pages: %s %s", first.Body, rest.Body)
	}
	if got := admin.Patch("/organisations/"+made.Text("id"), map[string]any{"abbreviation": "Bawaslu Kab. Tangerang"}).Expect(200); got.Text("version") != "2" || got.Text("abbreviation") != "Bawaslu Kab. Tangerang" {
		t.Errorf("got %s", got.Body)
	}
	asn.Patch("/organisations/"+made.Text("id"), map[string]any{"name": "Diambil"}).ExpectCode(403, "auth.not_permitted")
	s.Nobody().Get("/organisations").ExpectCode(401, "auth.token_missing")
}
