package carrier

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/hook"
)

// Gateway says how short messages leave: by a program of the operator's that
// speaks to a provider of SMS or WhatsApp.
type Gateway struct {
	// URL is where messages are posted: https, or http to this very machine.
	URL string
	// Secret is whsec_ and at least 24 random bytes in base64; it signs what is
	// posted (Standard Webhooks), which is all that tells it from anybody's.
	Secret string
	// Roots are the authorities the gateway's certificate may come from; nil is
	// the machine's.
	Roots *x509.CertPool
}

// gatewayTime bounds connecting, and one message.
const gatewayTime = 15 * time.Second

// gateway is the carrier of short messages. Its address is the operator's own
// setting and may be inside the network, where such a program usually runs; the
// guard against addresses inside (T-60) is for those that users enter.
type gateway struct {
	url    *url.URL
	secret string
	client *http.Client
	tls    *tls.Config
}

// NewGateway reads the settings and connects to nothing yet.
func NewGateway(g Gateway) (Carrier, error) {
	u, err := url.Parse(g.URL)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || (u.Scheme != "https" && (u.Scheme != "http" || !thisMachine(u.Hostname()))) {
		return nil, errors.New("gateway: the address must be https, or http to this machine, and hold no password")
	}
	if !strings.HasPrefix(g.Secret, "whsec_") {
		return nil, errors.New("gateway: the secret is whsec_ and at least 24 random bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)")
	}
	if _, err := hook.Headers([]string{g.Secret}, "probe", time.Now(), nil); err != nil {
		return nil, errors.New("gateway: behind whsec_ the secret is no base64")
	}
	config := &tls.Config{RootCAs: g.Roots, MinVersion: tls.VersionTLS12}
	return &gateway{url: u, secret: g.Secret, tls: config, client: &http.Client{
		Timeout:       gatewayTime,
		Transport:     &http.Transport{TLSClientConfig: config, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func thisMachine(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Open reaches the gateway's port, so that one that is away costs no message an
// attempt.
func (g *gateway) Open(ctx context.Context) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, gatewayTime)
	defer cancel()
	port := g.url.Port()
	if port == "" {
		port = g.url.Scheme
	}
	address := net.JoinHostPort(g.url.Hostname(), port)
	var conn net.Conn
	var err error
	if g.url.Scheme == "https" {
		conn, err = (&tls.Dialer{Config: g.tls}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, errors.New("the gateway for short messages cannot be reached")
	}
	return g, conn.Close()
}

// Close has nothing to end: connections are the client's.
func (*gateway) Close() {}

// posted is what the gateway gets.
type posted struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

// Send posts a message. Its identifier is the same at every attempt: a gateway
// that knows it answers 200 and sends nothing.
func (g *gateway) Send(ctx context.Context, m Message) Outcome {
	body, err := json.Marshal(posted{ID: m.ID, To: m.To, Language: m.Language, Text: m.Text})
	if err != nil {
		return Outcome{Verdict: MessageRefused, Reason: "message_invalid"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url.String(), bytes.NewReader(body))
	if err != nil {
		return Outcome{Verdict: Later, Reason: Broken}
	}
	if req.Header, err = hook.Headers([]string{g.secret}, m.ID, time.Now(), body); err != nil {
		return Outcome{Verdict: Later, Reason: Broken}
	}
	res, err := g.client.Do(req)
	if err != nil {
		return Outcome{Verdict: Later, Reason: Broken}
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return judged(res.StatusCode)
}

// judged is what an answer means. Only 410 marks a number, and only 422 gives a
// message up: what a gateway says that was set up wrongly (401, 404) must not
// cost anybody either.
func judged(status int) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Outcome{Verdict: Sent, Status: status}
	case status == http.StatusGone:
		return Outcome{Verdict: AddressRefused, Status: status, Reason: "address_refused"}
	case status == http.StatusUnprocessableEntity:
		return Outcome{Verdict: MessageRefused, Status: status, Reason: "message_refused"}
	}
	return Outcome{Verdict: Later, Status: status, Reason: "not_now"}
}
