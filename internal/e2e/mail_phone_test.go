package e2e

import (
	"encoding/json"
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
	"github.com/netral-asn/netral/internal/platform/carrier"
)

// shortMessage is what a gateway took over.
type shortMessage struct{ ID, To, Language, Text string }

// phones is a gateway of the test; refuse answers a message, 0 takes it.
type phones struct {
	mu     sync.Mutex
	got    []shortMessage
	seen   int
	refuse func(m shortMessage, n int) int
	srv    *httptest.Server
}

const phoneSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func newPhones(t *testing.T) *phones {
	t.Helper()
	key, err := standardwebhooks.NewWebhook(phoneSecret)
	if err != nil {
		t.Fatal(err)
	}
	p := &phones{}
	p.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m shortMessage
		if err := key.Verify(body, r.Header); err != nil || json.Unmarshal(body, &m) != nil || r.Header.Get("webhook-id") != m.ID {
			t.Errorf("a message does not verify: %v", err)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.seen++
		if p.refuse != nil {
			if status := p.refuse(m, p.seen); status != 0 {
				w.WriteHeader(status)
				return
			}
		}
		p.got = append(p.got, m)
	}))
	t.Cleanup(p.srv.Close)
	return p
}

func (p *phones) carrying(t *testing.T) func(*app.Config) {
	t.Helper()
	c, err := carrier.NewGateway(carrier.Gateway{URL: p.srv.URL, Secret: phoneSecret})
	if err != nil {
		t.Fatal(err)
	}
	return func(a *app.Config) {
		a.Carriers = map[carrier.Channel]carrier.Carrier{carrier.Phone: c}
		a.NoticeLink = "https://netral.example/n/{notice}"
		a.NoticePauses = slices.Repeat([]time.Duration{20 * time.Millisecond}, 50)
	}
}

func (p *phones) await(t *testing.T, n int) shortMessage {
	t.Helper()
	for range 1500 {
		p.mu.Lock()
		got := slices.Clone(p.got)
		p.mu.Unlock()
		if len(got) >= n {
			return got[n-1]
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("no message %d came", n)
	return shortMessage{}
}

func (p *phones) answering(f func(m shortMessage, n int) int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = f
}

// Proves Q2, Q4, T-09: a telephone number is confirmed by a code that goes through
// the gateway, in whatever way it was typed; a notice comes as one short message
// with nothing of its object, though the gateway refuses three of ten; a number
// that the gateway calls dead is marked and asked for anew.
func TestMail_Phone(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	s := harness.Start(t, p.carrying(t))
	h := newHall(s)
	mandate(s, h.g)
	a, andi := being(t, s, h.g, h.andi, "andi@x.example")
	if got := andi.Get("/me/addresses").Expect(200); got.Text("channels") != `["phone"]` {
		t.Errorf("the channels: %s", got.Body)
	}
	andi.Post("/me/addresses", map[string]any{"channel": "email", "value": "andi@x.example"}).ExpectCode(422, "address.channel_absent")
	for _, bad := range []string{"123", "+0812", "08-x", "+6281234567890123456"} {
		andi.Post("/me/addresses", map[string]any{"channel": "phone", "value": bad}).ExpectCode(422, "address.invalid")
	}
	p.answering(func(_ shortMessage, n int) int { return map[bool]int{true: 503}[n%10 < 3] })
	added := andi.Post("/me/addresses", map[string]any{"channel": "phone", "value": "0812 3456-7890"}).Expect(201)
	code := p.await(t, 1)
	if added.Text("value") != "+6281234567890" || code.To != "+6281234567890" || code.Language != "id" || !strings.HasPrefix(code.Text, "Kode untuk mengonfirmasi alamat ini: ") {
		t.Errorf("the code: %+v, %s", code, added.Body)
	}
	path := "/me/addresses/" + added.Text("id")
	andi.Post(path+"/confirmation", map[string]any{"code": codeInText.FindString(code.Text)}).Expect(200)
	for _, number := range []string{"SE/1/PENANDA", "SE/2/PENANDA", "SE/3/PENANDA", "SE/4/PENANDA", "SE/5/PENANDA"} {
		circularOf(s, h.g, number)
	}
	for n := range 5 {
		m := p.await(t, n+2)
		if want := h.g.Name + " menerbitkan surat edaran yang ditujukan kepada Anda.\nBuka: https://netral.example/n/"; !strings.HasPrefix(m.Text, want) || len(m.Text) > 300 || strings.Contains(m.Text, "PENANDA") {
			t.Errorf("the message: %q", m.Text)
		}
	}
	p.mu.Lock()
	once := map[string]bool{}
	for _, m := range p.got {
		once[m.ID] = true
	}
	if len(once) != 6 || len(p.got) != 6 || p.seen == 6 {
		t.Errorf("%d messages of %d identifiers, %d attempts", len(p.got), len(once), p.seen)
	}
	p.mu.Unlock()

	p.answering(func(shortMessage, int) int { return http.StatusGone })
	circularOf(s, h.g, "SE/6/2024")
	if got := delivered(t, s, a.ID.String(), 7); len(got) != 7 || got[6] != "circular_issued refused address_refused" {
		t.Errorf("a dead number: %v", got)
	}
	if got := andi.Get(path).Expect(200); got.Text("state") != "failing" || got.Text("failure") != "address_refused" {
		t.Errorf("the number: %s", got.Body)
	}
}
