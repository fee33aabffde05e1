package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// receiver is a system outside. answer says what it answers; nil is 204.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret []string
	got    []received
	forged int
	answer func(n int, m received) int
}

type received struct {
	ID   string
	Body string
	Head http.Header
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		m := received{req.Header.Get("webhook-id"), string(body), req.Header.Clone()}
		if !slices.ContainsFunc(r.secret, func(s string) bool {
			v, err := standardwebhooks.NewWebhook(s)
			return err == nil && v.Verify(body, req.Header) == nil
		}) {
			r.forged++
		}
		status := http.StatusNoContent
		if r.answer != nil {
			status = r.answer(len(r.got), m)
		}
		if status < 300 {
			r.got = append(r.got, m)
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) set(answer func(int, received) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) count() (taken, forged int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got), r.forged
}

// await waits until the receiver has taken n messages.
func (r *receiver) await(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if got, _ := r.count(); got >= n {
			return
		}
		if time.Now().After(end) {
			got, _ := r.count()
			t.Fatalf("the receiver took %d messages, want %d", got, n)
		}
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// quick lets webhooks lead to this machine and try again at once.
func quick(c *app.Config) {
	c.Webhooks.Loopback = true
	c.Webhooks.Pauses = []time.Duration{20 * time.Millisecond, 20 * time.Millisecond}
}

// Proves O4, T-61, T-62: a government's own systems are told of what it did,
// signed, by identifiers alone; secrets are renewed without a refused message;
// what was missed while paused comes later; nobody else sees the endpoint.
func TestWebhook_ToldSignedPausedRenewed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, quick)
	g, other := s.Government("36.03", "Kabupaten Tangerang"), s.Government("36.71", "Kota Tangerang")
	person(s, g, unit(s, g, "dinas-a", ""), "Andi", 1)
	mandate(s, g)
	admin := s.As(authz.GovernmentAdmin, g)
	r := newReceiver(t)
	made := admin.Post("/webhooks", map[string]any{"url": r.URL + "/kabar", "types": []string{"circular.issued"}}).Expect(201)
	r.secret = []string{made.Text("secret")}
	path := "/webhooks/" + made.Text("id")
	if got := admin.Get(path).Expect(200); got.Text("secret") != "" || got.Text("state") != "active" {
		t.Errorf("read again: %s", got.Body)
	}
	s.As(authz.AgencyOfficer, g).Get(path).Expect(200)
	s.As(authz.AgencyOfficer, g).Post(path+"/pause", nil).ExpectCode(403, "auth.not_permitted")
	s.As(authz.GovernmentAdmin, other).Get(path).ExpectCode(404, "request.not_found")

	first := circularOf(s, g, "SE/1/2024")
	r.await(t, 1)
	if m := r.got[0]; !strings.Contains(m.Body, first) || !strings.Contains(m.Body, `"type":"circular.issued"`) || strings.Contains(m.Body, "SE/1/2024") {
		t.Errorf("the message is %s", m.Body)
	}
	test := admin.Post(path+"/tests", nil).Expect(201)
	r.await(t, 2)
	if r.got[1].ID != test.Text("message_id") || !strings.Contains(r.got[1].Body, "webhook.tested") {
		t.Errorf("the test: %+v", r.got[1])
	}

	renewed := admin.Post(path+"/secrets", nil).Expect(201).Text("secret")
	circularOf(s, g, "SE/2/2024") // verified with the old secret
	r.await(t, 3)
	r.mu.Lock()
	r.secret = []string{renewed}
	r.mu.Unlock()
	circularOf(s, g, "SE/3/2024")
	r.await(t, 4)
	admin.Post(path+"/pause", nil).Expect(200)
	missed := circularOf(s, g, "SE/4/2024")
	admin.Post(path+"/tests", nil).ExpectCode(409, "webhook.step_not_allowed")
	if n, _ := r.count(); n != 4 {
		t.Errorf("%d messages while it was paused", n)
	}
	admin.Post(path+"/resumption", nil).Expect(200)
	r.await(t, 5)
	if !strings.Contains(r.got[4].Body, missed) {
		t.Errorf("after the pause: %s", r.got[4].Body)
	}
	if _, forged := r.count(); forged != 0 {
		t.Errorf("%d messages do not verify", forged)
	}
	eventually(t, "all five stand in the log", func() bool { return admin.Get(path+"/deliveries?state=delivered").Expect(200).Len("items") == 5 })
	log := admin.Get(path + "/deliveries?state=delivered&limit=2").Expect(200)
	next := admin.Get(path + "/deliveries?state=delivered&limit=2&cursor=" + log.Text("next_cursor")).Expect(200)
	if log.Len("items") != 2 || log.Text("items.0.data.id") != missed || log.Text("items.0.last_status") != "204" || next.Len("items") != 2 || next.Text("items.0.message_id") == log.Text("items.1.message_id") {
		t.Errorf("the log: %s then %s", log.Body, next.Body)
	}
	admin.Post(path+"/ending", nil).Expect(200)
	circularOf(s, g, "SE/5/2024")
	admin.Post(path+"/resumption", nil).ExpectCode(409, "webhook.step_not_allowed")
}

// Proves O4, T-60, T-63: what is refused is tried again with the same id, given
// up and replayed; a redirect is not followed; a receiver that is gone is
// disabled; forbidden addresses are refused with the field, and nothing changes.
func TestWebhook_RefusedReplayedGone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, quick)
	g := s.Government("36.03", "Kabupaten Tangerang")
	person(s, g, unit(s, g, "dinas-a", ""), "Andi", 1)
	mandate(s, g)
	admin := s.As(authz.GovernmentAdmin, g)
	r := newReceiver(t)
	made := admin.Post("/webhooks", map[string]any{"url": r.URL}).Expect(201)
	r.secret = []string{made.Text("secret")}
	path := "/webhooks/" + made.Text("id")
	before := changes(t, s)
	for _, u := range []string{"http://sips.bawaslu.go.id/", "https://10.0.0.1/", "https://metadata.google.internal/", "https://169.254.169.254/", "https://[::1]/", "https://sips.bawaslu.go.id:22/"} {
		if got := admin.Post("/webhooks", map[string]any{"url": u}).Expect(422); got.Text("errors.0.pointer") != "/url" {
			t.Errorf("%s: %s", u, got.Body)
		}
	}
	admin.Post("/webhooks", map[string]any{"url": "https://x.go.id/", "types": []string{"no.such_type"}}).ExpectCode(400, "request.invalid")
	if after := changes(t, s); after != before {
		t.Errorf("refused addresses left %d notes", after-before)
	}

	tries := map[string]int{}
	r.set(func(_ int, m received) int {
		tries[m.ID]++
		return []int{500, http.StatusFound, 503}[(tries[m.ID]-1)%3]
	})
	circularOf(s, g, "SE/1/2024")
	eventually(t, "the delivery is given up", func() bool { return admin.Get(path+"/deliveries?state=dead").Expect(200).Len("items") == 1 })
	dead := admin.Get(path + "/deliveries?state=dead").Expect(200)
	if dead.Text("items.0.attempts") != "3" || dead.Text("items.0.last_status") != "503" || dead.Text("items.0.last_error") != "refused" || len(tries) != 1 {
		t.Errorf("dead: %s, tries %v", dead.Body, tries)
	}
	if admin.Get(path).Expect(200).Text("failing_since") == "" {
		t.Error("it is not told that the endpoint fails")
	}
	r.set(nil)
	if n := admin.Post(path+"/deliveries/"+dead.Text("items.0.id")+"/replays", nil).Expect(200).Text("deliveries"); n != "1" {
		t.Errorf("%s are tried anew", n)
	}
	r.await(t, 1)
	if r.got[0].ID != dead.Text("items.0.message_id") {
		t.Errorf("another message: %+v", r.got[0])
	}
	admin.Post(path+"/replays", nil).ExpectCode(409, "webhook.nothing_dead")
	eventually(t, "the endpoint is well again", func() bool { return admin.Get(path).Expect(200).Text("failing_since") == "" })

	r.set(func(int, received) int { return http.StatusGone })
	circularOf(s, g, "SE/2/2024")
	eventually(t, "the endpoint is disabled", func() bool { return admin.Get(path).Expect(200).Text("state") == "disabled" })
	r.set(nil)
	circularOf(s, g, "SE/3/2024")
	admin.Post(path+"/resumption", nil).Expect(200)
	r.await(t, 2)
	for i := range 9 {
		admin.Post("/webhooks", map[string]any{"url": fmt.Sprintf("https://x%d.go.id/", i)}).Expect(201)
	}
	admin.Post("/webhooks", map[string]any{"url": "https://y.go.id/"}).ExpectCode(422, "webhook.too_many")
}

// Proves O2, O4, T-35: a machine client of an office is told of its matters in
// the governments it speaks for, each step once and in order; its endpoint is its
// own, and it is told nothing once it was revoked.
func TestWebhook_OfficeFollowsItsMatters(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, quick)
	f := s.Fixtures(quick)
	o := newOffice(t, f, "32.01")
	office, op := sendingOffice(t, f, o.g), operator(s)
	client := func(name string) (cid string, c *harness.Caller) {
		cid = op.Post("/clients", map[string]any{"name": name, "organisation_id": office, "government_ids": []string{o.g.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
		secret := op.Post("/clients/"+cid+"/secrets", map[string]any{}).Expect(201).Text("client_secret")
		return cid, s.WithToken(machineToken(s, cid, secret).Expect(200).Text("access_token"))
	}
	cid, machine := client("SIGAP")
	r := newReceiver(t)
	made := machine.Post("/webhooks", map[string]any{"url": r.URL, "types": []string{"case.status_changed", "report.received"}}).Expect(201)
	r.secret = []string{made.Text("secret")}
	rid := referral(f, o.g, office, "005/Reg/LP/PB/Kab/13.13/X/2024", o.subject)
	r.await(t, 1)
	if !strings.Contains(r.got[0].Body, "report.received") || !strings.Contains(r.got[0].Body, rid) {
		t.Errorf("the first: %s", r.got[0].Body)
	}
	_, other := client("Lain")
	other.Get("/webhooks/"+made.Text("id")).ExpectCode(404, "request.not_found")

	confirmed(colleague(s), cid, op.Post("/clients/"+cid+"/changes", map[string]any{"kind": "revocation", "reason": "Selesai."}).Expect(201)).Expect(200)
	referral(f, o.g, office, "006/Reg/LP/PB/Kab/13.13/X/2024", o.subject)
	time.Sleep(2500 * time.Millisecond)
	if n, forged := r.count(); n != 1 || forged != 0 {
		t.Errorf("a revoked client was told %d times, %d forged", n, forged)
	}
}

// Proves O4, T-27, T-35: what was queued is not sent once its client no longer
// speaks for that government; a client that speaks for none has its endpoint
// disabled, and loses nothing that it may know again when it is resumed.
func TestWebhook_NarrowedClientIsToldNothingMore(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t, quick)
	f := s.Fixtures(quick)
	first, second := newOffice(t, f, "32.01"), newOffice(t, f, "32.02")
	op := operator(s)
	office := parsed(t, f.As(authz.PlatformAdmin, first.g).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "province", "region_code": "32",
		"name": "Bawaslu Provinsi Jawa Barat", "valid_from": "2018-08-15"}).Expect(201).Text("id"))
	cid := op.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": office, "government_ids": []string{first.g.ID.String(), second.g.ID.String()}, "expires_on": "2099-12-31"}).Expect(201).Text("id")
	secret := op.Post("/clients/"+cid+"/secrets", map[string]any{}).Expect(201).Text("client_secret")
	machine := s.WithToken(machineToken(s, cid, secret).Expect(200).Text("access_token"))
	r := newReceiver(t)
	made := machine.Post("/webhooks", map[string]any{"url": r.URL, "types": []string{"report.received"}}).Expect(201)
	r.secret = []string{made.Text("secret")}
	path := "/webhooks/" + made.Text("id")
	s.Exec(`UPDATE webhook_endpoint SET state = 'paused' WHERE id = $1`, made.Text("id"))
	lost := referral(f, second.g, office, "001/LP/2024", second.subject)
	kept := referral(f, first.g, office, "002/LP/2024", first.subject)
	s.Exec(`UPDATE webhook_endpoint SET state = 'active' WHERE id = $1`, made.Text("id"))
	r.await(t, 2)

	s.Exec(`UPDATE webhook_delivery SET state = 'waiting', next_at = clock_timestamp() + interval '3 seconds' WHERE endpoint_id = $1`, made.Text("id"))
	s.Exec(`DELETE FROM identity_client_government WHERE client_id = $1 AND tenant_id = (SELECT tenant_id FROM tenant WHERE code = '32.02')`, cid)
	r.await(t, 3)
	eventually(t, "the one about the other government is given up", func() bool { return machine.Get(path+"/deliveries?state=dead").Expect(200).Len("items") == 1 })
	if dead := machine.Get(path + "/deliveries?state=dead").Expect(200); dead.Text("items.0.data.id") != lost || dead.Text("items.0.last_error") != "out_of_reach" {
		t.Errorf("given up: %s", dead.Body)
	}
	if n, _ := r.count(); n != 3 || !strings.Contains(r.got[2].Body, kept) {
		t.Errorf("%d messages, the last %s", n, r.got[len(r.got)-1].Body)
	}

	s.Exec(`UPDATE identity_client SET revoked_at = clock_timestamp() WHERE id = $1`, cid)
	missed := referral(f, first.g, office, "003/LP/2024", first.subject)
	eventually(t, "the endpoint is disabled", func() bool {
		return s.Count(`SELECT count(*) FROM webhook_endpoint WHERE state = 'disabled'`) == 1
	})
	s.Exec(`UPDATE identity_client SET revoked_at = NULL WHERE id = $1`, cid)
	machine.Post(path+"/resumption", nil).Expect(200)
	r.await(t, 4)
	if n, forged := r.count(); n != 4 || forged != 0 || !strings.Contains(r.got[3].Body, missed) {
		t.Errorf("%d messages, %d forged, the last %s", n, forged, r.got[len(r.got)-1].Body)
	}
}

// Proves O4: an endpoint that took nothing for three days is disabled, which its
// owner reads, and goes on from there when it is resumed.
func TestWebhook_DisabledAfterThreeDays(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, quick)
	g := s.Government("36.03", "Kabupaten Tangerang")
	person(s, g, unit(s, g, "dinas-a", ""), "Andi", 1)
	mandate(s, g)
	admin := s.As(authz.GovernmentAdmin, g)
	r := newReceiver(t)
	made := admin.Post("/webhooks", map[string]any{"url": r.URL}).Expect(201)
	r.secret = []string{made.Text("secret")}
	path := "/webhooks/" + made.Text("id")
	fails := func(what, ago string) {
		t.Helper()
		r.set(func(int, received) int { return 500 })
		circularOf(s, g, what)
		eventually(t, "the delivery is given up", func() bool { return s.Count(`SELECT count(*) FROM webhook_delivery WHERE state = 'waiting'`) == 0 })
		s.Exec(`UPDATE webhook_endpoint SET failing_since = clock_timestamp() - $1::interval`, ago)
	}
	fails("SE/1/2024", "2 days 23 hours 59 minutes")
	fails("SE/2/2024", "3 days")
	if got := admin.Get(path).Expect(200); got.Text("state") != "active" {
		t.Fatalf("before three days: %s", got.Body)
	}
	circularOf(s, g, "SE/3/2024")
	eventually(t, "the endpoint is disabled", func() bool { return admin.Get(path).Expect(200).Text("state") == "disabled" })
	missed := circularOf(s, g, "SE/4/2024")
	r.set(nil)
	if got := admin.Post(path+"/resumption", nil).Expect(200); got.Text("state") != "active" || got.Text("failing_since") != "" {
		t.Errorf("resumed: %s", got.Body)
	}
	eventually(t, "what was missed comes", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return slices.ContainsFunc(r.got, func(m received) bool { return strings.Contains(m.Body, missed) })
	})
}
