package e2e

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// told lists what somebody was told, newest first, as "kind object".
func told(c *harness.Caller) []string {
	var list struct {
		Items []struct {
			Kind     string `json:"kind"`
			ObjectID string `json:"object_id"`
		} `json:"items"`
	}
	c.Get("/me/notices").Expect(200).Into(&list)
	out := make([]string, 0, len(list.Items))
	for _, i := range list.Items {
		out = append(out, i.Kind+" "+i.ObjectID)
	}
	return out
}

// awaitTold waits until somebody was told exactly that, in whatever order.
func awaitTold(t *testing.T, who string, c *harness.Caller, want ...string) {
	t.Helper()
	want = slices.Sorted(slices.Values(want))
	var got []string
	for range 400 {
		got = told(c)
		if slices.Sort(got); slices.Equal(got, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s was told %v, want %v", who, got, want)
}

// spreadAll waits until no cause waits that may be told.
func spreadAll(t *testing.T, s *harness.Server) {
	t.Helper()
	for range 600 {
		if s.Count("SELECT count(*) FROM notice_cause c, clock k WHERE c.release_at <= now() + make_interval(secs => k.offset_seconds)") == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("causes are left")
}

// being is a civil servant with an account.
func being(t *testing.T, s *harness.Server, g government.Government, person, email string) (identity.Account, *harness.Caller) {
	t.Helper()
	p := parsed(t, person)
	a := s.Account(g, email, &p)
	return a, as(s, g, a, authz.ASN, harness.Being(p))
}

// Proves Q1, D4, C3: a civil servant is told of what concerns them and nothing
// else, in their language, in pages, once; reads one, reads all up to what was
// shown; polls cheaply.
func TestNotice_OfACivilServant(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	mandate(s, h.g)
	_, andi := being(t, s, h.g, h.andi, "andi@x.example")
	_, chief := being(t, s, h.g, h.chief, "chief@x.example")
	if got := andi.Get("/me/notices").Expect(200); got.Len("items") != 0 || got.Text("unread") != "0" {
		t.Errorf("at first: %s", got.Body)
	}

	circular := circularOf(s, h.g, "SE/1/2024")
	campaign, _ := openPact(s, h.g, map[string]any{"opd_ids": []string{h.own}})
	soon := time.Now().Add(48 * time.Hour)
	meeting := publishedEvent(s, h.g, eventDraft(map[string]any{"starts_at": at(soon), "ends_at": at(soon.Add(time.Hour))}), invitedOnline)
	mine := []string{"circular_issued " + circular, "pact_opened " + campaign, "event_invited " + meeting}
	awaitTold(t, "andi", andi, mine...)
	awaitTold(t, "somebody not asked to sign", chief, mine[0], mine[2])

	agency := s.As(authz.AgencyOfficer, h.g)
	agency.Post("/sosialisasi-events/"+meeting+"/invitations", map[string]any{"rules": invitedOnline}).Expect(200)
	agency.Patch("/sosialisasi-events/"+meeting, map[string]any{"title": "Sosialisasi II"}).Expect(200)
	spreadAll(t, s)
	awaitTold(t, "andi, after an invitation again and another title", andi, mine...)
	agency.Patch("/sosialisasi-events/"+meeting, map[string]any{"starts_at": at(soon.Add(time.Hour)), "ends_at": at(soon.Add(2 * time.Hour)), "move_reason": "Ruang dipakai"}).Expect(200)
	mine = append(mine, "event_changed "+meeting)
	awaitTold(t, "andi, after a move", andi, mine...)
	agency.Post("/sosialisasi-events/"+meeting+"/cancellation", map[string]any{"reason": "Ditunda"}).Expect(200)
	mine = append(mine, "event_cancelled "+meeting)
	awaitTold(t, "andi, after it was called off", andi, mine...)

	inNotices(t, andi, circular)
	marked(t, andi, agency)
	if got := told(s.As(authz.ASN, s.Government("36.71", "Kota Tangerang"), harness.Being(parsed(t, h.andi)))); len(got) != 0 {
		t.Errorf("another government shows %v", got)
	}
}

// inNotices looks at words, places, languages and pages.
func inNotices(t *testing.T, c *harness.Caller, circular string) {
	t.Helper()
	byKind := map[string]string{}
	var all []string
	path := "/me/notices?limit=2"
	for path != "" {
		l := c.Raw(http.MethodGet, path, http.Header{"Accept-Language": {"en"}}, http.NoBody).Expect(200)
		if l.Header.Get("Content-Language") != "en" || l.Text("unread") != "5" {
			t.Errorf("a page: %v %s", l.Header, l.Body)
		}
		for i := range l.Len("items") {
			at := "items." + string(rune('0'+i))
			all = append(all, l.Text(at+".id"))
			byKind[l.Text(at+".kind")] = l.Text(at+".title") + "|" + l.Text(at+".href")
		}
		if path = l.Text("next_cursor"); path != "" {
			path = "/me/notices?limit=2&cursor=" + path
		}
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 5 {
		t.Errorf("the pages show %v", all)
	}
	if byKind["circular_issued"] != "Circular SE/1/2024 is addressed to you|/api/v1/circulars/"+circular || byKind["pact_opened"] != "You are asked to sign Pakta Pilkada 2024|/api/v1/me/pacts" ||
		!strings.HasPrefix(byKind["event_cancelled"], "Sosialisasi II is cancelled") {
		t.Errorf("the words: %v", byKind)
	}
	if got := c.Get("/me/notices").Expect(200); !strings.Contains(got.Text("items.0.title"), "dibatalkan") {
		t.Errorf("without a language: %s", got.Body)
	}
	c.Get("/me/notices?cursor=abc").ExpectCode(400, "request.invalid")
}

// marked reads notices, one and all.
func marked(t *testing.T, c, other *harness.Caller) {
	t.Helper()
	first := c.Get("/me/notices").Expect(200)
	tag := http.Header{"If-None-Match": {first.Header.Get("ETag")}}
	c.Raw(http.MethodGet, "/me/notices", tag, http.NoBody).Expect(304)
	one, newest := first.Text("items.2.id"), first.Text("items.0.id")
	before := time.Now().Add(-time.Second).UTC().Format(time.RFC3339Nano)
	if got := c.Post("/me/notices/"+one+"/reading", nil).Expect(200); got.Text("read_at") == "" || got.Text("version") != "2" || got.Text("allowed_steps") != "[]" {
		t.Errorf("one read: %s", got.Body)
	}
	if got := c.Post("/me/notices/"+one+"/reading", nil).Expect(200); got.Text("version") != "2" {
		t.Errorf("read again: %s", got.Body)
	}
	if got := c.Raw(http.MethodGet, "/me/notices?unread=true", tag, http.NoBody).Expect(200); got.Text("unread") != "4" || got.Len("items") != 4 || strings.Contains(string(got.Body), one) {
		t.Errorf("the unread ones: %s", got.Body)
	}
	if got := c.Get("/me/notices?updated_since=" + url.QueryEscape(before)).Expect(200); !strings.Contains(string(got.Body), one) {
		t.Errorf("those changed since: %s", got.Body)
	}
	other.Get("/me/notices/"+one).ExpectCode(404, "request.not_found")
	other.Post("/me/notices/"+one+"/reading", nil).ExpectCode(404, "request.not_found")
	other.Post("/me/notice-readings", map[string]any{"up_to_id": newest}).ExpectCode(404, "request.not_found")
	c.Post("/me/notice-readings", map[string]any{"up_to_id": first.Text("items.3.id")}).Expect(204)
	if got := c.Get("/me/notices").Expect(200); got.Text("unread") != "2" || got.Text("items.0.read_at") != "" || got.Text("items.4.read_at") == "" {
		t.Errorf("all read up to the fourth: %s", got.Body)
	}
	c.Post("/me/notice-readings", map[string]any{"up_to_id": newest}).Expect(204)
	if got := c.Get("/me/notices/" + newest).Expect(200); got.Text("read_at") == "" || got.Header.Get("ETag") != `"2"` {
		t.Errorf("all read: %s", got.Body)
	}
}

// Proves T-03, T-09, T-11, T-26, J6: officers are told of a report after a wait of
// chance and of nothing in it; who is behind its wall, or lost the role, sees and
// counts nothing; who is put in charge is told.
func TestNotice_OfReports(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	accused, other := parsed(t, o.subject), s.Account(o.g, "petugas@x.example", nil, authz.AgencyOfficer)
	behind := s.Account(o.g, "rina@x.example", &accused, authz.AgencyOfficer)
	neutral := parsed(t, person(s, o.g, unit(s, o.g, "inspektorat", ""), "Netral", 77))
	inspector := s.Account(o.g, "netral@x.example", &neutral, authz.Inspector)
	officer, rina := as(s, o.g, other, authz.AgencyOfficer), as(s, o.g, behind, authz.AgencyOfficer, harness.Being(accused))
	tellsRoles := []string{"role_granted " + grantOf(s, other)}

	before := time.Now()
	file(s, "32.01", map[string]any{"narrative": "PENANDA-RAHASIA menyukai unggahan.", "subjects": []map[string]any{{"name": "Rina Kartika PENANDA"}}})
	report := onlyReport(t, s.As(authz.AgencyOfficer, o.g))
	var wait time.Time
	s.Row("SELECT release_at FROM notice_cause WHERE kind = 'report_received'", nil, &wait)
	if d := wait.Sub(before); d < 15*time.Minute || d > 121*time.Minute {
		t.Errorf("it waits %s", d)
	}
	awaitTold(t, "an officer, at once", officer, tellsRoles...)
	moveClock(t, s, int64(3*time.Hour/time.Second))
	awaitTold(t, "an officer, after the wait", officer, append(tellsRoles, "report_received "+report)...)
	if n := s.Count("SELECT count(*) FROM notice_cause"); n != 0 {
		t.Errorf("%d causes are left, which tell when it came in", n)
	}
	list := officer.Get("/me/notices").Expect(200)
	if strings.Contains(string(list.Body), "PENANDA") || strings.Contains(string(list.Body), "Rina") || list.Text("unread") != "2" {
		t.Errorf("the notices: %s", list.Body)
	}
	if got := rina.Get("/me/notices").Expect(200); !strings.Contains(string(got.Body), report) {
		t.Fatalf("before anybody knows whom it is about: %s", got.Body)
	}
	s.As(authz.AgencyOfficer, o.g).Post("/reports/"+report+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": o.subject}).Expect(200)
	nid := noticeOf(s, behind, "report_received")
	if got := rina.Get("/me/notices").Expect(200); strings.Contains(string(got.Body), report) || got.Text("unread") != "1" {
		t.Errorf("the accused, an officer too: %s", got.Body)
	}
	rina.Get("/me/notices/"+nid).ExpectCode(404, "request.not_found")
	rina.Post("/me/notices/"+nid+"/reading", nil).ExpectCode(404, "request.not_found")
	lost := as(s, o.g, other, authz.GovernmentAdmin)
	awaitTold(t, "who lost the role", lost, tellsRoles...)

	officer.Post("/reports/"+report+"/assignments", map[string]any{"asn_id": neutral.String()}).Expect(200)
	charged := as(s, o.g, inspector, authz.Inspector, harness.Being(neutral))
	awaitTold(t, "who is in charge", charged, "role_granted "+grantOf(s, inspector), "report_received "+report, "report_assigned "+report)
	awaitTold(t, "who is not", officer, append(tellsRoles, "report_received "+report)...)
}

// grantOf is the first role an account has.
func grantOf(s *harness.Server, a identity.Account) (gid string) {
	s.Row("SELECT id::text FROM identity_grant WHERE account_id = $1 ORDER BY created_at LIMIT 1", []any{a.ID}, &gid)
	return gid
}

// noticeOf is the notice of a kind that an account has, seen or not.
func noticeOf(s *harness.Server, a identity.Account, kind string) (nid string) {
	s.Row("SELECT id::text FROM notice WHERE account_id = $1 AND kind = $2", []any{a.ID, kind}, &nid)
	return nid
}

// Proves T-09, T-26, X2, N2, A5: who has to act is told of recommendations and
// their day, of a case given to them, of what became of an import; whoever is
// watched learns of the watcher's keys, and everybody of changes to the own
// account, in every government.
func TestNotice_OfOfficers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	o := newOffice(t, s, "32.01")
	a := s.Account(o.g, "petugas@x.example", nil, authz.AgencyOfficer)
	officer := as(s, o.g, a, authz.AgencyOfficer)
	roles := "role_granted " + grantOf(s, a)
	admin := s.Account(o.g, "admin@x.example", nil, authz.Auditor)

	c := o.open(nil)
	o.officer.Post("/cases/"+c+"/assignments", map[string]any{"account_id": a.ID.String()}).Expect(200)
	awaitTold(t, "who handles the case", officer, roles, "case_assigned "+c)
	awaitTold(t, "who may read no case", as(s, o.g, a, authz.Auditor), roles)

	body := s.As(authz.PlatformAdmin, o.g).Post("/organisations", map[string]any{"kind": "bkn", "level": "national", "name": "Badan Kepegawaian Negara", "valid_from": "1972-07-15"}).Expect(201).Text("id")
	today := time.Now().Format("2006-01-02")
	rec := o.officer.Post("/recommendations", map[string]any{"organisation_id": body, "number": "R-1/PENANDA", "issued_on": today, "received_on": today,
		"subjects": []map[string]any{{"asn_id": o.subject, "text": "Sanksi moral"}}}).Expect(201).Text("id")
	want := []string{roles, "case_assigned " + c, "recommendation_received " + rec}
	awaitTold(t, "who follows up", officer, want...)
	sweep := func() {
		t.Helper()
		if err := s.App.Notices.Sweep(harness.System(o.g)); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	awaitTold(t, "long before the day", officer, want...)
	due := officer.Get("/recommendations/" + rec).Expect(200).Text("due.day")
	day, err := time.Parse("2006-01-02", due)
	if err != nil {
		t.Fatal(err, string(officer.Get("/recommendations/"+rec).Body))
	}
	moveClock(t, s, int64(time.Until(day.AddDate(0, 0, -3))/time.Second))
	sweep()
	sweep()
	want = append(want, "recommendation_due "+rec)
	awaitTold(t, "three days before, once", officer, want...)
	if got := officer.Get("/me/notices").Expect(200); strings.Contains(string(got.Body), "PENANDA") || !strings.Contains(got.Text("items.0.text"), due) {
		t.Errorf("the notices: %s", got.Body)
	}

	client := o.s.As(authz.PlatformAdmin, o.g).Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": body, "government_ids": []string{o.g.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	o.s.As(authz.PlatformAdmin, o.g).Post("/clients/"+client+"/secrets", map[string]any{}).Expect(201)
	watched := as(s, o.g, admin, authz.Auditor)
	awaitTold(t, "the watched", watched, "role_granted "+grantOf(s, admin), "client_changed "+client, "client_key_added "+client)
	elsewhere := s.Government("36.71", "Kota Tangerang")
	officer.Post("/me/totp", map[string]any{}).Expect(200)
	s.Exec("UPDATE identity_account SET code_reissued_at = NULL WHERE id = $1", a.ID)
	awaitTold(t, "in another government, before", as(s, elsewhere, a, authz.AgencyOfficer))
	s.As(authz.GovernmentAdmin, o.g).Post("/accounts/"+a.ID.String()+"/activation-codes", map[string]any{"identity_card_seen": true}).Expect(201)
	awaitTold(t, "in another government", as(s, elsewhere, a, authz.AgencyOfficer), "sign_in_changed "+a.ID.String())
}

// Proves D4, T-71: 14,000 addressees are told by one statement, once, also when
// two replicas do it at the same time and when whoever did it was killed before
// the commit; who has no account yet is told nothing and loses nothing.
func TestNotice_FourteenThousandInOneStatement(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	f := s.Fixtures()
	h := newHall(f)
	mandate(f, h.g)
	const n = 14_000
	crowd(t, f, h.g, []string{h.own, h.below, h.far}, n-4)
	s.Exec(`WITH a AS (INSERT INTO identity_account (id, name, phone, password_hash, totp_step, state, assurance, version, created_at, updated_at)
			SELECT id, 'Orang', '', '', 0, 'active', 'sheet_code', 1, now(), now() FROM asn RETURNING id)
		INSERT INTO identity_membership (account_id, tenant_id, asn_id, state, created_at) SELECT id, $1, id, 'active', now() FROM a`, h.g.Tenant)

	killed := s.Conn(s.Database.SuperURL)
	ctx := context.Background()
	circular := circularOf(f, h.g, "SE/1/2024")
	tx, err := killed.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = tx.Exec(ctx, "DELETE FROM notice_cause") // whoever dies here had told everybody, and committed nothing
	_ = tx.Rollback(ctx)
	for range 600 {
		if s.Count("SELECT count(*) FROM notice WHERE kind = 'circular_issued'") > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	var people, rows, statements int
	s.Row("SELECT count(DISTINCT account_id), count(*), count(DISTINCT (xmin::text, cmin::text)) FROM notice WHERE kind = 'circular_issued' AND object_id = $1", []any{circular}, &people, &rows, &statements)
	if people != n || rows != n || statements != 1 {
		t.Errorf("%d people have %d notices of %d statements, want %d of one", people, rows, statements, n)
	}
	circularOf(f, h.g, "SE/2/2024")
	for range 600 {
		if s.Count("SELECT count(*) FROM notice_cause") == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got := s.Count("SELECT count(*) FROM notice WHERE kind = 'circular_issued'"); got != 2*n {
		t.Errorf("two circulars make %d notices, want %d", got, 2*n)
	}
}
