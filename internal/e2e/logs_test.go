package e2e

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// logLines collects what is logged by several goroutines.
type logLines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Proves T-29, T-44, T-53: whatever is sent, accepted or refused, in path,
// query, body or header, the log holds none of it: no person, no number, no
// token, no line of the caller's making.
func TestLogs_HoldNothingOfARequest(t *testing.T) { // not parallel: it looks at the log of the whole program
	s := harness.Start(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	was := slog.Default()
	got := &logLines{}
	slog.SetDefault(slog.New(slog.NewJSONHandler(got, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(was)

	const canary, number = "kenari", "198609262015051007"
	c := s.As(authz.AgencyOfficer, g)
	u := unit(s, g, canary+"-unit", "")
	c.Post("/asn", map[string]any{"name": canary + " Wibisono", "nip": number, "employment_type": "pns", "email": canary + "@example.go.id",
		"opd_id": u, "valid_from": "2022-01-01"}).Expect(201)
	c.Post("/asn", map[string]any{"name": canary + " Wibisono", "nip": number, "employment_type": "pns", "opd_id": u, "valid_from": "2022-01-01"}).Expect(409)
	c.Post("/asn/searches", map[string]any{"q": canary, "nip_prefix": number}).Expect(200)
	c.Get("/asn/" + number).Expect(404)
	c.Get("/asn?" + canary + "=" + number).Expect(400)
	c.Get("/" + canary + "/" + number).Expect(404)
	c.Raw(http.MethodGet, "/asn", http.Header{"User-Agent": {canary}, "Cookie": {canary + "=1"}, "Referer": {"https://x/" + canary},
		"X-Forwarded-For": {"192.0.2.77"}}, reader("")).Expect(200)
	c.Raw(http.MethodPost, "/asn", http.Header{"Content-Type": {"application/json"}}, strings.NewReader(`{"name":"`+canary)).Expect(400)
	s.WithToken("token-" + canary).Get("/asn").Expect(401)
	s.WithToken("token-"+canary+"\tx").Status(http.MethodGet, "/asn", http.Header{"X-Request-Id": {"ok-1\u00a0" + canary}}, reader(""))

	log := got.String()
	if n := strings.Count(log, `"msg":"request"`); n < 9 {
		t.Fatalf("only %d lines were logged: the test is blind", n)
	}
	for _, secret := range []string{canary, number, "192.0.2.77", c.Token()} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}
