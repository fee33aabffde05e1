package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/lang"
)

func fetch(t *testing.T, method, address string, h http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range h {
		req.Header[k] = v
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// Proves O9: the type of a problem document leads to a page of this server that
// explains every code, in both languages.
func TestPages_ProblemTypesAreExplained(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	problem := s.Nobody().Get("/me").Expect(401)
	page, code, _ := strings.Cut(problem.Text("type"), "#")
	res, body := fetch(t, http.MethodGet, s.URL+page, nil)
	if res.StatusCode != 200 || !strings.Contains(body, `id="`+code+`"`) {
		t.Errorf("%s#%s: %d", page, code, res.StatusCode)
	}
	for _, c := range lang.Codes() {
		if !strings.Contains(body, `id="`+c+`"`) {
			t.Errorf("%s is not explained", c)
		}
	}
}

// Proves O9: from /.well-known/api-catalog everything else is found, and every
// address in it answers.
func TestPages_CatalogLeadsToAll(t *testing.T) {
	t.Parallel()
	s := harness.StartReal(t)
	for _, at := range []string{"/.well-known/api-catalog", "/.well-known/oauth-authorization-server"} {
		res, body := fetch(t, http.MethodGet, s.URL+at, nil)
		var doc any
		if err := json.Unmarshal([]byte(body), &doc); err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %d %v", at, res.StatusCode, err)
		}
		if at == "/.well-known/api-catalog" && res.Header.Get("Content-Type") != "application/linkset+json" {
			t.Errorf("%s is %s", at, res.Header.Get("Content-Type"))
		}
	}
	_, body := fetch(t, http.MethodGet, s.URL+"/.well-known/api-catalog", nil)
	var c struct {
		Linkset []map[string]json.RawMessage `json:"linkset"`
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil || len(c.Linkset) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	asked := 0
	for relation, raw := range c.Linkset[0] {
		var links []struct{ Href, Type string }
		if relation == "anchor" || json.Unmarshal(raw, &links) != nil {
			continue
		}
		for _, l := range links {
			i := strings.Index(l.Href, "/"+strings.SplitN(strings.TrimPrefix(strings.TrimPrefix(l.Href, "http://"), "https://"), "/", 2)[1])
			res, _ := fetch(t, http.MethodGet, s.URL+l.Href[i:], nil)
			asked++
			if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), l.Type) {
				t.Errorf("%s: %d %s, want %s", l.Href, res.StatusCode, res.Header.Get("Content-Type"), l.Type)
			}
		}
	}
	if asked != 9 {
		t.Errorf("%d links", asked)
	}
}

// Proves O9: a browser of an allowed origin may read the headers that clients
// need, and a wrong method names the right ones.
func TestPages_CORSAndMethods(t *testing.T) {
	t.Parallel()
	const origin = "https://aplikasi.example"
	s := harness.Start(t, func(c *app.Config) { c.AllowedOrigins = []string{origin} })
	res, _ := fetch(t, http.MethodGet, s.URL+"/api/v1/public/governments", http.Header{"Origin": {origin}})
	exposed := strings.ToLower(res.Header.Get("Access-Control-Expose-Headers"))
	for _, name := range []string{"etag", "link", "location", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id", "idempotent-replayed", "deprecation", "sunset", "content-disposition"} {
		if !strings.Contains(","+exposed+",", ","+name+",") {
			t.Errorf("%s is not exposed: %s", name, exposed)
		}
	}
	if res.Header.Get("Access-Control-Allow-Origin") != origin {
		t.Errorf("allowed: %q", res.Header.Get("Access-Control-Allow-Origin"))
	}
	if res, _ = fetch(t, http.MethodGet, s.URL+"/api/v1/public/governments", http.Header{"Origin": {"https://other.example"}}); res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another origin is allowed")
	}
	g := s.Government("36.03", "Kabupaten Tangerang")
	wrong := s.As(authz.AgencyOfficer, g).Do(http.MethodPut, "/governments", nil).ExpectCode(405, "request.method_not_allowed")
	if allow := wrong.Header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
		t.Errorf("Allow: %q", allow)
	}
}

// Proves O9: the reading page comes from the program, works offline under a
// policy without inline scripts, and shows the contract.
func TestPages_ReferenceIsRead(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for _, encoding := range []string{"identity", "gzip"} {
		res, body := fetch(t, http.MethodGet, s.URL+"/reference/redoc.js", http.Header{"Accept-Encoding": {encoding}})
		if res.StatusCode != 200 || (res.Header.Get("Content-Encoding") == "gzip") != (encoding == "gzip") || len(body) < 100_000 {
			t.Errorf("redoc.js as %s: %d, %d bytes, %q", encoding, res.StatusCode, len(body), res.Header.Get("Content-Encoding"))
		}
	}
	res, _ := fetch(t, http.MethodGet, s.URL+"/reference", nil)
	if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self';") {
		t.Errorf("policy: %s", p)
	}
	ctx := browser(t)
	steps, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	err := chromedp.Do(steps, chromedp.Navigate(s.URL+"/reference"), chromedp.WaitVisible(`//h2[contains(., "Governments of the caller")]`))
	picture(ctx, t, "reference.png")
	if err != nil {
		t.Fatal(err)
	}
}
