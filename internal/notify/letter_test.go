package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Proves T-09, Q4: a letter of whatever kind can be filled with the government's
// name and nothing else, in both languages, and what a name holds stays one line
// in the subject.
func TestLetter_OfEveryKind(t *testing.T) {
	t.Parallel()
	for kind := range letters {
		for _, l := range []lang.Lang{lang.Indonesian, lang.English} {
			tmpl, ok := letterOf(kind, l)
			if !ok {
				t.Errorf("%s has no letter in %s", kind, l)
			}
			if kind == codeKind {
				continue
			}
			if !hasLetters(kind) {
				t.Errorf("%s names more than the government", kind)
			}
			got := tmpl.compose(carrier.Email, l, "Kota\r\nBcc: x@x.example {title}", "https://netral.example/n/1")
			if strings.ContainsAny(got.subject, "\r\n{}") || !strings.Contains(got.text, "https://netral.example/n/1") || strings.Contains(strings.ReplaceAll(got.text, "{title}", ""), "{") {
				t.Errorf("%s in %s: %q, %q", kind, l, got.subject, got.text)
			}
		}
	}
	if hasLetters("no_such_kind") {
		t.Error("a kind without letters passes")
	}
}

// Proves Q4, T-72: what is refused for now waits longer each time, by chance, and
// is given up after the last pause; what is refused for good ends at once.
func TestDelivery_After(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	waits := []time.Duration{time.Minute, time.Hour}
	d := Delivery{State: Waiting}
	for name, c := range map[string]struct {
		attempts int32
		verdict  carrier.Verdict
		state    DeliveryState
		wait     time.Duration
	}{
		"taken":               {0, carrier.Sent, Sent, 0},
		"first, for now":      {0, carrier.Later, Waiting, 30 * time.Second},
		"second, for now":     {1, carrier.Later, Waiting, 30 * time.Minute},
		"third, for now":      {2, carrier.Later, Failed, 0},
		"the address refuses": {0, carrier.AddressRefused, Refused, 0},
		"the message is not":  {0, carrier.MessageRefused, Failed, 0},
	} {
		d.Attempts, d.Next = c.attempts, now
		got := d.after(carrier.Outcome{Verdict: c.verdict, Status: 451, Reason: "x"}, now, 0, waits)
		if got.State != c.state || got.Next != now.Add(c.wait) || got.Attempts != c.attempts+1 {
			t.Errorf("%s: %s, %s later, %d", name, got.State, got.Next.Sub(now), got.Attempts)
		}
	}
	spread := Delivery{}.after(carrier.Outcome{Verdict: carrier.Later}, now, 0.999, waits)
	if wait := spread.Next.Sub(now); wait < 80*time.Second || wait > 90*time.Second {
		t.Errorf("with a large draw it waits %s", wait)
	}
}
