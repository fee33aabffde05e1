package e2e

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

const aKey = "5f0c2f5e-3b0a-4c57-9d53-0b7b0a1f6c11"

// keyed posts a JSON body under a key.
func keyed(c *harness.Caller, key, path, body string) *harness.Answer {
	return c.Raw(http.MethodPost, path, http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}}, strings.NewReader(body))
}

func replayed(a *harness.Answer) bool { return a.Header.Get("Idempotent-Replayed") == "true" }

// Proves O5, T-50: a repeated request gets the first answer and does nothing
// again; the key belongs to its caller and its operation; another body is
// refused; what failed may be tried again under the same key; after a day the
// key is forgotten.
func TestRepeat_SameKeySameAnswer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin, other := s.As(authz.AgencyOfficer, g), s.As(authz.AgencyOfficer, g)
	body := `{"code": "dinkes", "name": "Dinas Kesehatan", "type": "dinas", "valid_from": "2020-01-01"}`
	keyed(admin, aKey, "/opd", `{"code": "dinkes", "name": "Dinas Kesehatan", "type": "dinas", "valid_from": "2020-01-01", "parent_id": "nope"}`).Expect(404)
	first := keyed(admin, aKey, "/opd", body).Expect(201)
	before := changes(t, s)
	second := keyed(admin, aKey, "/opd", body).Expect(201)
	if replayed(first) || !replayed(second) {
		t.Errorf("replayed: first %v, second %v", replayed(first), replayed(second))
	}
	if string(first.Body) != string(second.Body) || first.Header.Get("Location") != second.Header.Get("Location") || second.Header.Get("Content-Type") != "application/json" {
		t.Errorf("another answer: %s %v, first %s %v", second.Body, second.Header, first.Body, first.Header)
	}
	if after := changes(t, s); after != before {
		t.Errorf("the repeated request left %d journal entries", after-before)
	}
	keyed(admin, aKey, "/opd", strings.Replace(body, "Kesehatan", "Kebudayaan", 1)).ExpectCode(422, "request.key_reused")
	keyed(other, aKey, "/opd", body).Expect(409) // another caller's key is another key, and the code is taken
	keyed(admin, aKey, "/opd/"+first.Text("id")+"/renaming", `{"name": "Dinas Kesehatan dan KB", "valid_from": "2024-01-01"}`).Expect(200)

	s.Exec("UPDATE idempotency_record SET expires_at = now() - interval '1 second'")
	keyed(admin, aKey, "/opd", body).Expect(409)
	if err := s.App.Governments.Each(authz.With(context.Background(), authz.ForSystem(authz.Platform)), s.App.Keeper.Sweep); err != nil {
		t.Fatal(err)
	}
	if n := s.Count("SELECT count(*) FROM idempotency_record"); n != 0 {
		t.Errorf("%d forgotten keys are still kept", n)
	}
}

// Proves O5, T-50: of many requests at once under one key one takes effect; the
// others get its answer, or are told that it is still running.
func TestRepeat_ManyAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin := s.As(authz.AgencyOfficer, g)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			deadline := time.Now().Add(20 * time.Second)
			for {
				a := keyed(admin, aKey, "/mandates", `{"office": "agency_head", "holder_kind": "definitive", "holder_name": "A", "title": "Kepala BKPSDM", "basis": "SK 1", "valid_from": "2024-01-01"}`)
				if a.Status == 201 {
					return
				}
				if a.Status != 409 || a.Text("code") != "request.key_in_use" || a.Header.Get("Retry-After") == "" || time.Now().After(deadline) {
					t.Errorf("got %d %s", a.Status, a.Body)
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	if n := s.Count("SELECT count(*) FROM mandate"); n != 1 {
		t.Errorf("%d mandates", n)
	}
}

// Proves O5, T-03, T-06: a reporter whose connection broke sends the report again
// and gets the same tracking code; there is one report, and what is kept tells
// neither key nor code nor the hour.
func TestRepeat_PublicReport(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.Government("36.03", "Kabupaten Tangerang")
	body := `{"government": "36.03", "narrative": "Seorang camat membagikan kaus bergambar calon."}`
	first := keyed(s.Nobody(), aKey, "/public/reports", body).Expect(201)
	second := keyed(s.Nobody(), aKey, "/public/reports", body).Expect(201)
	if !replayed(second) || first.Text("tracking_code") == "" || first.Text("tracking_code") != second.Text("tracking_code") {
		t.Errorf("first %s, second %s", first.Body, second.Body)
	}
	status(s, second.Text("tracking_code")).Expect(200)
	if n := s.Count("SELECT count(*) FROM report"); n != 1 {
		t.Errorf("%d reports", n)
	}
	if n := s.Count("SELECT count(*) FROM idempotency_record WHERE expires_at = date_trunc('day', expires_at, 'UTC') AND position('" + first.Text("tracking_code") + "'::bytea IN answer) = 0"); n != 1 {
		t.Error("the record tells the hour or the code")
	}
}

// Proves O5, B5: a streamed file sent again under its key is imported once, and
// another file under the key is refused.
func TestRepeat_StreamedImport(t *testing.T) {
	t.Parallel()
	_, _, o, _ := registry(t)
	send := func(name string) *harness.Answer {
		return o.Raw(http.MethodPost, "/imports?mode=dry_run", http.Header{"Content-Type": {"text/csv"}, "Idempotency-Key": {aKey}},
			sheetCSV(heads, line(1, name, "III/c", "01-04-2020", "dinkes")))
	}
	first, second := send("SITI AMINAH").Expect(202), send("SITI AMINAH").Expect(202)
	if !replayed(second) || first.Text("id") != second.Text("id") {
		t.Errorf("first %s, second %s", first.Body, second.Body)
	}
	send("BUDI SANTOSO").ExpectCode(422, "request.key_reused")
}

// Proves T-26: nobody overwrites or decides upon what they have not seen: without
// the version 428, with an old one 412, and of two who saw the same one alone
// decides.
func TestIfMatch_OnlyWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	admin := s.As(authz.GovernmentAdmin, g)
	path := "/governments/" + g.ID.String()
	change := func(match, agency string) *harness.Answer {
		return admin.Raw(http.MethodPatch, path, http.Header{"Content-Type": {"application/merge-patch+json"}, "If-Match": {match}}, strings.NewReader(`{"agency_name": "`+agency+`"}`))
	}
	change("", "A").ExpectCode(428, "request.version_needed")
	change(`"99999999999999"`, "A").ExpectCode(412, "request.stale")
	seen := admin.Get(path).Expect(200).Header.Get("ETag")
	var wg sync.WaitGroup
	answers := make([]*harness.Answer, 8)
	for i := range answers {
		wg.Go(func() { answers[i] = change(seen, "BKPSDM "+string(rune('A'+i))) })
	}
	wg.Wait()
	changed := 0
	for _, a := range answers {
		switch a.Status {
		case 200:
			changed++
		case 412:
		default:
			t.Errorf("got %d %s", a.Status, a.Body)
		}
	}
	if changed != 1 {
		t.Errorf("%d changed the same version", changed)
	}
	change(seen, "B").ExpectCode(412, "request.stale")
	change(admin.Get(path).Header.Get("ETag"), "B").Expect(200)
}
