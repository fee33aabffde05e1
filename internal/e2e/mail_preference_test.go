package e2e

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

const preferences = "/me/notice-preferences"

// chosen puts preferences in place of all that was chosen before.
func chosen(c *harness.Caller, more map[string]any) *harness.Answer {
	body := map[string]any{"language": "id", "working_days_only": false, "digest_at": "07:00", "timings": []any{}}
	for k, v := range more {
		body[k] = v
	}
	return c.Do(http.MethodPut, preferences, body)
}

func timing(kind, t string) map[string]any { return map[string]any{"kind": kind, "timing": t} }

// Proves Q3, T-30: a person says when and in which language messages go to their
// addresses; what is somebody else's to demand cannot be silenced, and all that
// is wrong is told at once; nobody overwrites what they have not seen.
func TestNoticePreferences(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	_, chief := being(t, s, h.g, h.chief, "chief@x.example")
	of := func(p *harness.Answer, kind string) string {
		for i := range p.Len("kinds") {
			if at := "kinds." + strconv.Itoa(i) + "."; p.Text(at+"kind") == kind {
				return p.Text(at+"urgency") + " " + p.Text(at+"timing") + " " + p.Text(at+"timings")
			}
		}
		return ""
	}
	first := andi.Get(preferences).Expect(200)
	if first.Header.Get("ETag") != `"1"` || first.Text("account_id") != a.ID.String() || first.Text("language") != "id" || first.Text("quiet_hours") != "" || first.Text("digest_at") != "07:00" || first.Len("kinds") != len(s.App.Notices.Kinds()) ||
		of(first, "circular_issued") != `task at_once ["at_once","daily"]` || of(first, "sign_in_changed") != `alarm at_once ["at_once"]` || of(first, "role_granted") != `ordinary at_once ["at_once","daily","never"]` {
		t.Errorf("nothing chosen: %v %s", first.Header, first.Body)
	}
	if got := chosen(andi, map[string]any{"timings": []any{timing("pact_due", "daily")}}).ExpectCode(422, "notice.timing_not_allowed"); got.Text("errors.0.pointer") != "/timings/0/timing" {
		t.Errorf("a term in a digest: %s", got.Body)
	}
	wrong := chosen(andi, map[string]any{"quiet_hours": map[string]any{"from": "21:00", "until": "21:00"},
		"timings": []any{timing("circular_issued", "never"), timing("role_ended", "never"), timing("role_ended", "daily")}}).ExpectCode(422, "request.rules_broken")
	if wrong.Text("errors.0.pointer") != "/quiet_hours/until" || wrong.Text("errors.1.pointer") != "/timings/0/timing" || wrong.Text("errors.2.pointer") != "/timings/2/kind" {
		t.Errorf("three mistakes: %s", wrong.Body)
	}
	for _, clock := range []string{"24:00", "7:00", "07:60", "pagi"} {
		chosen(andi, map[string]any{"digest_at": clock}).ExpectCode(400, "request.invalid")
	}
	got := chosen(andi, map[string]any{"language": "en", "quiet_hours": map[string]any{"from": "21:00", "until": "05:30"}, "working_days_only": true, "digest_at": "16:15",
		"timings": []any{timing("circular_issued", "daily"), timing("role_granted", "never")}}).Expect(200)
	if again := andi.Get(preferences).Expect(200); string(again.Body) != string(got.Body) || got.Header.Get("ETag") != `"2"` || got.Text("quiet_hours.until") != "05:30" || got.Text("digest_at") != "16:15" ||
		of(got, "circular_issued") != `task daily ["at_once","daily"]` || of(got, "role_granted") != `ordinary never ["at_once","daily","never"]` || of(got, "role_ended") != `ordinary at_once ["at_once","daily","never"]` {
		t.Errorf("chosen: %s\nread: %s", got.Body, again.Body)
	}
	stale := http.Header{"If-Match": {`"1"`}, "Content-Type": {"application/json"}}
	andi.Raw(http.MethodPut, preferences, stale, strings.NewReader(`{"language":"id","working_days_only":false,"digest_at":"07:00","timings":[]}`)).ExpectCode(412, "request.stale")
	if got := chief.Get(preferences).Expect(200); got.Text("language") != "id" || got.Text("version") != "1" {
		t.Errorf("somebody else's: %s", got.Body)
	}
	if n := s.Count("SELECT count(*) FROM journal WHERE action = 'account.notice_preferences_set' AND object_id = '" + a.ID.String() + "'"); n != 1 {
		t.Errorf("%d entries in the journal", n)
	}
	if got := chosen(andi, nil).Expect(200); got.Text("quiet_hours") != "" || of(got, "role_granted") != `ordinary at_once ["at_once","daily","never"]` {
		t.Errorf("all taken back: %s", got.Body)
	}
}

// Proves Q3, Q4, T-09, T-11: what is to be told daily goes in one message at the
// hour chosen, in the language chosen, without what was read meanwhile and
// without a word of its objects; what was silenced does not go; quiet hours hold
// back all but an alarm; every notice is in the application at once.
func TestMail_DigestAndQuietHours(t *testing.T) {
	t.Parallel()
	b := newMailbox(t, true)
	s := harness.Start(t, b.mailing(t))
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	_, chief := being(t, s, h.g, h.chief, "chief@x.example")
	const to, slow = "andi@x.example", "chief@x.example"
	reachable(t, andi, b, to)
	reachable(t, chief, b, slow)
	jakarta, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	clock := func(d time.Duration) string { return start.Add(d).In(jakarta).Format("15:04") }
	moved := time.Duration(0)
	pass := func(d time.Duration) { moved += d; moveClock(t, s, int64(moved/time.Second)) }

	chosen(andi, map[string]any{"language": "en", "digest_at": clock(2 * time.Hour), "timings": []any{timing("circular_issued", "daily"), timing("role_granted", "never")}}).Expect(200)
	for _, number := range []string{"SE/1/PENANDA", "SE/2/PENANDA", "SE/3/PENANDA"} {
		circularOf(s, h.g, number)
	}
	s.As(authz.GovernmentAdmin, h.g).Post("/role-grants", map[string]any{"account_id": a.ID.String(), "role": "auditor", "valid_from": "2024-01-02"}).Expect(201)
	states := func(want ...string) {
		t.Helper()
		var got []string
		for range 500 {
			s.Row("SELECT coalesce(array_agg(rtrim(kind || ' ' || state || ' ' || last_error) ORDER BY kind, state, last_error), '{}') FROM notice_delivery WHERE account_id = $1 AND kind <> 'address_code'", []any{a.ID}, &got)
			if slices.Equal(got, want) {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Errorf("the deliveries are %v, want %v", got, want)
	}
	states("circular_issued gathered", "circular_issued gathered", "circular_issued gathered", "digest waiting", "role_granted withheld unwanted")
	b.await(t, slow, 4) // who chose nothing is told at once
	if n := andi.Get("/me/notices").Expect(200).Text("unread"); n != "4" || len(b.to(to)) != 1 {
		t.Errorf("%s unread in the application, %d letters before the hour", n, len(b.to(to)))
	}
	andi.Post("/me/notices/"+noticeOf(s, a, "circular_issued")+"/reading", nil).Expect(200)
	pass(2*time.Hour + time.Minute)
	m := b.await(t, to, 2)
	if m.subject != "Netral digest, notices: 2" || !strings.Contains(m.text, "Notices of "+h.g.Name+" for you:\n\n- A circular for you (2)\n") || m.header.Get("Content-Language") != "en" || strings.Contains(m.text+m.subject, "PENANDA") {
		t.Errorf("the digest: %+v", m)
	}
	states("circular_issued sent", "circular_issued sent", "circular_issued withheld read", "digest sent", "role_granted withheld unwanted")

	chosen(andi, map[string]any{"quiet_hours": map[string]any{"from": clock(moved - time.Hour), "until": clock(moved + time.Hour)}}).Expect(200)
	circularOf(s, h.g, "SE/4/2024")
	states("circular_issued sent", "circular_issued sent", "circular_issued waiting", "circular_issued withheld read", "digest sent", "role_granted withheld unwanted")
	andi.Post("/me/password", map[string]any{"current_password": "apa saja di sini", "new_password": "angin sore membawa layang-layang"}).Expect(204)
	if m := b.await(t, to, 3); m.subject != "Cara Anda masuk ke Netral berubah" {
		t.Errorf("in the quiet hours: %+v", m)
	}
	pass(time.Hour + time.Minute)
	if m := b.await(t, to, 4); m.subject != "Surat edaran untuk Anda" {
		t.Errorf("after the quiet hours: %+v", m)
	}
}
