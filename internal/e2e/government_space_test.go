package e2e

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

func pngOf(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sendLogo sends a picture.
func sendLogo(c *harness.Caller, gid, media string, picture []byte) *harness.Answer {
	return c.Raw(http.MethodPut, "/governments/"+gid+"/logo", http.Header{"Content-Type": {media}}, bytes.NewReader(picture))
}

// Proves A2: a government gives itself names, address and words, upon what it saw
// of them, and everybody may read them before signing in.
func TestGovernment_PresentsItself(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	admin, path := s.As(authz.GovernmentAdmin, g), "/governments/"+g.ID.String()
	admin.Patch(path, map[string]any{"short_name": "Kab. Tangerang", "address": "Tigaraksa", "texts": map[string]any{"footer": "Netral.", "sign_in_notice": "<b>Masuk</b>"}}).Expect(200)
	got := admin.Patch(path, map[string]any{"texts": map[string]any{"sign_in_notice": "", "report_notice": "Laporkan."}}).Expect(200)
	if got.Text("texts") != `{"footer":"Netral.","report_notice":"Laporkan."}` || got.Text("short_name") != "Kab. Tangerang" || got.Text("version") != "3" {
		t.Errorf("got %s", got.Body)
	}
	admin.Raw(http.MethodPatch, path, http.Header{"Content-Type": {"application/merge-patch+json"}, "If-Match": {`"1"`}}, strings.NewReader(`{"address":"x"}`)).ExpectCode(412, "request.stale")
	for _, bad := range []map[string]any{{"texts": map[string]any{}}, {"texts": map[string]any{"motto": "x"}}, {"texts": map[string]any{"footer": strings.Repeat("x", 2001)}},
		{"texts": map[string]any{"footer": "a\x00b"}}, {"short_name": strings.Repeat("x", 61)}, {"texts": nil}} {
		admin.Patch(path, bad).ExpectCode(400, "request.invalid")
	}
	profile := s.Nobody().Get("/public" + path).Expect(200)
	if profile.Text("texts.report_notice") != "Laporkan." || profile.Text("address") != "Tigaraksa" || strings.Contains(string(profile.Body), "letterhead") {
		t.Errorf("everybody reads %s", profile.Body)
	}
	again := s.Nobody().Raw(http.MethodGet, "/public"+path, http.Header{"If-None-Match": {profile.Header.Get("ETag")}}, nil)
	if again.Expect(304); len(again.Body) != 0 {
		t.Errorf("unchanged, and yet %s", again.Body)
	}
	for _, nobody := range []string{id.ForName("none").String(), "..", "x", strings.Repeat("a", 64)} {
		s.Nobody().Get("/public/governments/"+nobody).ExpectCode(404, "request.not_found")
		s.Nobody().Get("/public/governments/"+nobody+"/logo").ExpectCode(404, "request.not_found")
	}
	s.As(authz.GovernmentAdmin, other).Patch(path, map[string]any{"short_name": "x"}).ExpectCode(404, "request.not_found")
	s.As(authz.AgencyOfficer, g).Patch(path, map[string]any{"short_name": "x"}).ExpectCode(403, "auth.not_permitted")
}

// Proves A2, T-64: a logo is told by its content and served anew with a tag; what
// is no picture, or too much of one, changes nothing.
func TestGovernment_Logo(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	admin, gid := s.As(authz.GovernmentAdmin, g), g.ID.String()
	served := "/public/governments/" + gid + "/logo"
	s.Nobody().Get(served).ExpectCode(404, "request.not_found")
	hidden := append(pngOf(t, 96), []byte("<script>rahasia</script>")...)
	got := sendLogo(admin, gid, "image/png", hidden).Expect(200)
	if got.Text("logo.width") != "96" || got.Text("logo.media_type") != "image/png" || got.Text("version") != "2" {
		t.Errorf("got %s", got.Body)
	}
	logo := s.Nobody().Get(served).Expect(200)
	if logo.Header.Get("Content-Type") != "image/png" || logo.Header.Get("X-Content-Type-Options") != "nosniff" || bytes.Contains(logo.Body, []byte("rahasia")) ||
		!strings.HasPrefix(logo.Header.Get("Cache-Control"), "public") {
		t.Errorf("served as %v", logo.Header)
	}
	s.Nobody().Raw(http.MethodGet, served, http.Header{"If-None-Match": {logo.Header.Get("ETag")}}, nil).Expect(304)
	if s.Nobody().Get("/public/governments/"+gid).Expect(200).Text("logo.sha256") != got.Text("logo.sha256") {
		t.Error("the profile names another picture")
	}

	for name, bad := range map[string][]byte{"nothing": {}, "text": []byte("<svg/>"), "half": pngOf(t, 96)[:40], "too small": pngOf(t, 15), "too wide": pngOf(t, 2049)} {
		if a := sendLogo(admin, gid, "image/png", bad); a.Status != 422 || a.Text("code") != "government.logo_unfit" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	sendLogo(admin, gid, "image/png", make([]byte, 256<<10+1)).ExpectCode(413, "request.too_large")
	sendLogo(admin, gid, "image/svg+xml", []byte("<svg/>")).Expect(415)
	admin.Raw(http.MethodPut, "/governments/"+gid+"/logo", http.Header{"Content-Type": {"image/png"}, "If-Match": {`"1"`}}, bytes.NewReader(pngOf(t, 64))).ExpectCode(412, "request.stale")
	stranger := s.As(authz.GovernmentAdmin, other)
	stranger.Raw(http.MethodPut, "/governments/"+gid+"/logo", http.Header{"Content-Type": {"image/png"}, "If-Match": {`"2"`}}, bytes.NewReader(pngOf(t, 64))).ExpectCode(404, "request.not_found")
	if tag := s.Nobody().Get(served).Expect(200).Header.Get("ETag"); tag != logo.Header.Get("ETag") {
		t.Error("what was refused changed the logo")
	}

	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 32, 48)), nil); err != nil {
		t.Fatal(err)
	}
	sendLogo(admin, gid, "image/png", photo.Bytes()).Expect(200) // told by its content
	if got := s.Nobody().Get(served).Expect(200); got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("ETag") == logo.Header.Get("ETag") {
		t.Errorf("a JPEG is served as %v", got.Header)
	}
	for range 2 {
		admin.Delete("/governments/" + gid + "/logo").Expect(200)
	}
	s.Nobody().Get(served).ExpectCode(404, "request.not_found")
}

// numberingOf is the identifier of a kind's numbering.
func numberingOf(t *testing.T, c *harness.Caller, kind string) string {
	t.Helper()
	all := c.Get("/numbering").Expect(200)
	for i := range all.Len("items") {
		if at := "items." + strconv.Itoa(i); all.Text(at+".letter_kind") == kind {
			return all.Text(at + ".id")
		}
	}
	t.Fatalf("no %s in %s", kind, all.Body)
	return ""
}

// Proves A2, K11: a government writes numbers its own way, tries a pattern first,
// goes on behind another book and never back; each government counts for itself.
func TestNumbering_RulesAndRegister(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g, other := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	admin, officer := s.As(authz.GovernmentAdmin, g), s.As(authz.AgencyOfficer, g)
	path := "/numbering/" + numberingOf(t, admin, "letter")
	year := time.Now().UTC().Add(7 * time.Hour).Format("2006")
	first := officer.Post(path+"/numbers", map[string]any{"subject": "Undangan rapat"}).Expect(201)
	if first.Text("number") != "800/1-BKPSDM/"+year || first.Text("recorded_later") != "false" || first.Text("taken_by") != officer.Principal.ID.String() {
		t.Errorf("got %s", first.Body)
	}
	if got := admin.Post(path+"/previews", map[string]any{"pattern": "{serial_3}/{unit}/{month_roman}/{year}", "unit": "SETDA", "on": "2024-03-05"}).Expect(200); got.Text("number") != "001/SETDA/III/2024" || path != "/numbering/"+got.Text("numbering_id") {
		t.Errorf("a number of 2024 would be %s", got.Body)
	}
	for pattern, code := range map[string]string{"{serial}": "numbering.serial_and_year", "{serial}/{nama}/{year}": "numbering.placeholder_unknown", "{serial}/ü/{year}": "numbering.characters"} {
		admin.Post(path+"/previews", map[string]any{"pattern": pattern}).ExpectCode(422, code)
		admin.Patch(path, map[string]any{"pattern": pattern}).ExpectCode(422, code)
	}
	changed := admin.Patch(path, map[string]any{"pattern": "{classification}/{serial_3}-{unit}/{year}", "last_serial": 412}).Expect(200)
	if changed.Text("next_number") != "800/413-BKPSDM/"+year || changed.Text("version") != "2" {
		t.Errorf("got %s", changed.Body)
	}
	admin.Patch(path, map[string]any{"last_serial": 411}).ExpectCode(422, "numbering.serial_falls")
	admin.Patch(path, map[string]any{"last_serial": 1000000}).ExpectCode(400, "request.invalid")
	admin.Raw(http.MethodPatch, path, http.Header{"Content-Type": {"application/merge-patch+json"}, "If-Match": {`"1"`}}, strings.NewReader(`{"unit":"x"}`)).ExpectCode(412, "request.stale")
	officer.Patch(path, map[string]any{"unit": "x"}).ExpectCode(403, "auth.not_permitted")
	if got := officer.Post(path+"/numbers", map[string]any{"subject": "Balasan"}).Expect(201); got.Text("number") != "800/413-BKPSDM/"+year {
		t.Errorf("got %s", got.Body)
	}
	old := officer.Post(path+"/numbers", map[string]any{"subject": "Terlambat dicatat", "on": "2023-12-29"}).Expect(201)
	if old.Text("number") != "800/001-BKPSDM/2023" || old.Text("recorded_later") != "true" {
		t.Errorf("another year counts for itself: %s", old.Body)
	}
	officer.Post(path+"/numbers", map[string]any{"subject": "x", "on": "2999-01-01"}).ExpectCode(422, "numbering.day_in_future")
	officer.Post(path+"/numbers", map[string]any{"subject": ""}).ExpectCode(400, "request.invalid")
	register := officer.Get(path + "/numbers?limit=2").Expect(200)
	if register.Text("items.0.serial") != "413" || register.Text("items.1.serial") != "1" || register.Text("next_cursor") == "" {
		t.Errorf("the register reads %s", register.Body)
	}
	if rest := officer.Get(path + "/numbers?limit=2&cursor=" + register.Text("next_cursor")).Expect(200); rest.Len("items") != 1 || rest.Text("items.0.year") != "2023" {
		t.Errorf("the rest of it reads %s", rest.Body)
	}
	stranger := s.As(authz.AgencyOfficer, other)
	stranger.Post(path+"/numbers", map[string]any{"subject": "x"}).ExpectCode(404, "request.not_found")
	if got := stranger.Post("/numbering/"+numberingOf(t, stranger, "letter")+"/numbers", map[string]any{"subject": "x"}).Expect(201); got.Text("serial") != "1" {
		t.Errorf("another government counts for itself: %s", got.Body)
	}
	s.Exec("UPDATE government_serial SET last = 999999 WHERE tenant_id = $1 AND letter_kind = 'letter'", g.Tenant)
	officer.Post(path+"/numbers", map[string]any{"subject": "x"}).ExpectCode(409, "numbering.used_up")
}

// Proves A2, K11: of many that take numbers at once, with some that fail after
// taking one, nobody gets another's and none is left out.
func TestNumbering_NoGapsNoDoubles(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	officer := s.As(authz.AgencyOfficer, g)
	path := "/numbering/" + numberingOf(t, officer, "decision") + "/numbers"
	failed := errors.New("the letter could not be written")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			if i%2 == 0 {
				officer.Raw(http.MethodPost, path, http.Header{"Content-Type": {"application/json"}}, strings.NewReader(`{"subject":"x"}`)).Expect(201)
				return
			}
			err := s.App.DB.Write(authz.With(context.Background(), authz.ForSystem(g.Tenant)), func(tx *db.Tx) error {
				if _, err := government.TakeNumberTx(tx, government.Decision, "x", day.Of(tx.Now(), time.FixedZone("WIB", 7*3600))); err != nil {
					return err
				}
				return failed
			})
			if !errors.Is(err, failed) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for sql, want := range map[string]int{
		"SELECT count(*) FROM government_number":                   20,
		"SELECT max(serial) FROM government_number":                20,
		"SELECT count(DISTINCT number) FROM government_number":     20,
		"SELECT last FROM government_serial":                       20,
		"SELECT count(*) FROM journal WHERE action='number.taken'": 20,
	} {
		if n := s.Count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
}
