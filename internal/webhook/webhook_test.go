package webhook

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/hook"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves T-60: no way of writing an address inside is taken for a receiver.
func TestCheckURL_ForbiddenForms(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"http://hooks.bawaslu.go.id/", "ftp://hooks.bawaslu.go.id/", "file:///etc/passwd", "gopher://hooks.bawaslu.go.id/", "javascript:alert(1)", "//hooks.bawaslu.go.id/",
		"https:hooks.bawaslu.go.id", "https://", "https:///x", "https://hooks.bawaslu.go.id:80/", "https://hooks.bawaslu.go.id:22/", "https://hooks.bawaslu.go.id:5432/",
		"https://hooks.bawaslu.go.id:99999/", "https://hooks.bawaslu.go.id:/", "https://user@hooks.bawaslu.go.id/", "https://user:secret@hooks.bawaslu.go.id/",
		"https://hooks.bawaslu.go.id@127.0.0.1/", "https://hooks.bawaslu.go.id/#x", "https://hooks.bawaslu.go.id\\@127.0.0.1/", "https://hooks.bawaslu.go.id /", " https://hooks.bawaslu.go.id/",
		"https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://foo.localhost/", "https://netral.local/", "https://db.internal/", "https://metadata.google.internal/",
		"https://printer.lan/", "https://intranet/", "https://postgres/", "https://netral.intranet/", "https://a.test/", "https://a.example/", "https://a.onion/", "https://1.0.0.127.in-addr.arpa/",
		"https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://0/", "https://0.0.0.0/",
		"https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://8.8.8.8/", "https://[::1]/", "https://[::]/",
		"https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1%25eth0]/", "https://[fd00:ec2::254]/", "https://[2001:db8::1]/", "https://[64:ff9b::7f00:1]/",
		"https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://127.0.0.1.:443/", "https://-.go.id/", "https://hooks..go.id/", "https://hooks_bawaslu.go.id/", "https://%31%32%37.0.0.1/",
	} {
		if err := checkURL(u, false); err == nil {
			t.Errorf("%q is taken", u)
		} else if f, ok := fault.As(err); !ok || f.Kind != fault.Rule || len(f.Fields) != 1 || f.Fields[0].Pointer != "/url" {
			t.Errorf("%q: %v", u, err)
		}
	}
	for _, u := range []string{"https://sips.bawaslu.go.id/netral", "https://hooks.bawaslu.go.id:8443/a?b=c", "https://xn--80ak6aa92e.com/", "https://hooks.bawaslu.go.id:443/"} {
		if err := checkURL(u, false); err != nil {
			t.Errorf("%q: %v", u, err)
		}
	}
	if checkURL("http://127.0.0.1:8080/x", true) != nil || checkURL("http://127.0.0.1:8080/x", false) == nil || checkURL("http://10.0.0.1/", true) == nil {
		t.Error("the loopback allowance is wider or narrower than this machine")
	}
}

// Proves T-60: whatever a name leads to, what is dialled is outside.
func TestGuard_AddressDialled(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1",
		"2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"} {
		if outside(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken for outside", a)
		}
	}
	for _, a := range []string{"8.8.8.8", "103.16.223.1", "172.32.0.1", "100.128.0.1", "2404:6800:4003:c00::64", "2606:4700::1111"} {
		if !outside(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken for inside", a)
		}
	}
	if g := guard(false); !errors.Is(g("tcp", "10.0.0.1:443", nil), errInside) || !errors.Is(g("tcp", "nonsense", nil), errInside) || g("tcp", "8.8.8.8:443", nil) != nil {
		t.Error("the guard lets the wrong ones through")
	}
}

// Proves T-63, T-72: an attempt that failed is tried again after growing, spread
// waits, as long as the receiver asked for at the least; after the last one, or
// when the receiver wants nothing any more, the delivery is dead.
func TestDelivery_After(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 10, 14, 3, 0, 0, 0, time.UTC)
	pauses := []time.Duration{10 * time.Second, time.Minute}
	for _, c := range []struct {
		name     string
		attempts int32
		o        outcome
		jitter   float64
		state    DeliveryState
		wait     time.Duration
	}{
		{"taken", 0, outcome{status: 204}, 0, Delivered, 0},
		{"refused, soonest", 0, outcome{status: 500, err: "refused"}, 0, Waiting, 5 * time.Second},
		{"refused, latest", 0, outcome{status: 500, err: "refused"}, 1, Waiting, 15 * time.Second},
		{"second pause", 1, outcome{err: "timeout"}, 0.5, Waiting, time.Minute},
		{"asked to wait", 0, outcome{status: 429, err: "refused", retryAfter: 5 * time.Minute}, 0, Waiting, 5 * time.Minute},
		{"asked to wait too long", 0, outcome{status: 503, err: "refused", retryAfter: 48 * time.Hour}, 0, Waiting, time.Hour},
		{"a redirect is no success", 0, outcome{status: 302, err: "refused"}, 0, Waiting, 5 * time.Second},
		{"last attempt", 2, outcome{err: "unreachable"}, 0, Dead, 0},
		{"gone", 0, outcome{status: 410, err: "refused", gone: true}, 0, Dead, 0},
	} {
		d := Delivery{State: Waiting, Attempts: c.attempts, Next: now}.after(c.o, now, c.jitter, pauses)
		if d.State != c.state || d.Next.Sub(now) != c.wait || d.Attempts != c.attempts+1 || !d.Last.Equal(now) || (d.LastError == "") != c.o.ok() {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
}

// Proves T-61: a message verifies with either secret while one is replaced, and
// with no other.
func TestSign_TwoSecrets(t *testing.T) {
	t.Parallel()
	const old, fresh, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_plJ3nmyCDGBKInavdOK15jsl0VXyZ4pR"
	d := Delivery{Message: id.ForName("message"), Type: "case.status_changed", Object: id.ForName("case"), At: time.Now()}
	body, err := d.message()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	header, err := hook.Headers(values([]Secret{{Value: fresh}, {Value: old}}), d.Message.String(), now, body)
	if err != nil {
		t.Fatal(err)
	}
	for secret, want := range map[string]bool{old: true, fresh: true, other: false} {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(body, header); (err == nil) != want {
			t.Errorf("with %s: %v", secret, err)
		}
	}
	late, err := hook.Headers([]string{old}, d.Message.String(), now.Add(-time.Hour), body)
	if err != nil {
		t.Fatal(err)
	}
	if w, _ := standardwebhooks.NewWebhook(old); w.Verify(body, late) == nil {
		t.Error("a message is taken an hour later")
	}
}

// Proves O4: the steps of an endpoint lead where the table says, and no state but
// the last is a dead end.
func TestMachine(t *testing.T) {
	t.Parallel()
	for state, steps := range machine {
		if _, ends := steps[End]; !ends && state != Ended {
			t.Errorf("%s cannot be ended", state)
		}
		for _, s := range order {
			e, err := Endpoint{State: state, Version: 1}.take(s)
			if to, open := steps[s]; open != (err == nil) || (open && (e.State != to || e.Version != 2)) {
				t.Errorf("%s from %s: %s, %v", s, state, e.State, err)
			}
		}
	}
}
