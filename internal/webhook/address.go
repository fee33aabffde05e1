package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// ports are those that a receiver may listen on.
var ports = []string{"", "443", "8443"}

// host is a name of the public DNS: at least two labels, the last one of
// letters. No address is one, in whatever way it is written.
var host = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})$`)

// inside are names that are never of the public DNS.
var inside = []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "test", "invalid", "example", "onion", "arpa"}

// checkURL refuses an address that no receiver outside can have (T-60). What
// stands behind its name is looked at when it is dialled.
func checkURL(text string, loopback bool) error {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Fragment != "" || strings.ContainsAny(text, "\\ \t\r\n") {
		return fault.New(fault.Rule, "webhook.url_invalid").At("/url", "webhook.url_invalid")
	}
	if loopback && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost") && u.User == nil {
		return nil
	}
	switch name := strings.ToLower(u.Hostname()); {
	case u.Scheme != "https":
		return fault.New(fault.Rule, "webhook.url_scheme").At("/url", "webhook.url_scheme")
	case u.User != nil:
		return fault.New(fault.Rule, "webhook.url_invalid").At("/url", "webhook.url_invalid")
	case !slices.Contains(ports, u.Port()) || strings.HasSuffix(u.Host, ":"):
		return fault.New(fault.Rule, "webhook.url_port").At("/url", "webhook.url_port")
	case !host.MatchString(name), slices.Contains(inside, name[strings.LastIndexByte(name, '.')+1:]):
		return fault.New(fault.Rule, "webhook.url_host").At("/url", "webhook.url_host")
	}
	return nil
}

// forbidden are the networks that no receiver outside has: private, loopback,
// link-local with the metadata services, shared (CGNAT), documentation,
// benchmarks, multicast, reserved, and those of IPv6 that carry an IPv4 address
// inside (T-60).
var forbidden = func() (out []netip.Prefix) {
	for _, s := range []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
		"fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// outside reports whether an address is one of the public internet.
func outside(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsValid() && a.IsGlobalUnicast() && !slices.ContainsFunc(forbidden, func(p netip.Prefix) bool { return p.Contains(a) })
}

var errInside = errors.New("webhook: the address is not outside")

// guard looks at the address that is really dialled, after the name was
// resolved: whatever DNS says, now or a moment later, nothing inside is reached.
func guard(loopback bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return errInside
		}
		if loopback && a.Addr().Unmap().IsLoopback() {
			return nil
		}
		if !outside(a.Addr()) {
			return errInside
		}
		return nil
	}
}

const (
	attemptTime = 15 * time.Second
	answerBytes = 64 << 10
)

// newClient sends requests: no proxy, no redirects, no address inside, an end to
// waiting and to reading.
func newClient(loopback bool) *http.Client {
	d := &net.Dialer{Timeout: 5 * time.Second, Control: guard(loopback)}
	return &http.Client{
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return d.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  attemptTime,
			MaxResponseHeaderBytes: answerBytes,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        time.Minute,
			DisableCompression:     true,
		},
	}
}
