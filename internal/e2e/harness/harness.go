// Package harness starts the whole program on a fresh database and calls it
// over HTTP as somebody. Every answer it receives is held against the
// contract. Test-only.
package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/httpapi"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/seal"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

// Server is a running Netral on its own database.
type Server struct {
	t        testing.TB
	App      *app.App
	Database testkit.Database
	URL      string
	people   *directory
	master   *seal.Master
	// MasterKey is the master key as a setting carries it, for other processes.
	MasterKey string
	clock     *wall
	// Files is the folder in which files lie, shared by replicas.
	Files   string
	outside atomic.Int64
}

var quiet = sync.OnceFunc(func() {
	if !testing.Verbose() {
		slog.SetDefault(slog.New(slog.DiscardHandler))
	}
})

// Start starts a server; it stops with the test. with changes its settings.
func Start(t testing.TB, with ...func(*app.Config)) *Server {
	t.Helper()
	return start(t, func(h http.Handler) *httptest.Server { return httptest.NewServer(h) }, with...)
}

// StartServer starts a server with the timeouts of the real one.
func StartServer(t testing.TB) *Server {
	t.Helper()
	return start(t, func(h http.Handler) *httptest.Server {
		srv := httptest.NewUnstartedServer(h)
		srv.Config = httpapi.NewHTTPServer(h)
		srv.Start()
		return srv
	})
}

func start(t testing.TB, listen func(http.Handler) *httptest.Server, with ...func(*app.Config)) *Server {
	t.Helper()
	s := newServer(t)
	s.people = &directory{known: map[string]authz.Principal{}}
	s.serve(listen, func(c *app.Config) {
		c.Authenticator = s.people
		for _, change := range with {
			change(c)
		}
	})
	return s
}

// Outside counts what was outside the contract so far; each has failed the
// test already.
func (s *Server) Outside() int64 { return s.outside.Load() }

// newServer prepares a server that is not started yet.
func newServer(t testing.TB) *Server {
	t.Helper()
	quiet()
	key := seal.Generate()
	master, err := seal.FromText(key)
	if err != nil {
		t.Fatal(err)
	}
	return &Server{t: t, Database: testkit.Fresh(t), master: master, MasterKey: key, Files: t.TempDir()}
}

// serve starts the program as the options say.
func (s *Server) serve(listen func(http.Handler) *httptest.Server, options func(*app.Config)) {
	t := s.t
	t.Helper()
	c := app.Config{Database: db.Config{URL: s.Database.AppURL, MaxConnections: 10}, Version: "test", Master: s.master, Files: blob.Config{Dir: s.Files},
		PublicLimit: httpapi.Steady(1e6), SignInLimit: httpapi.Steady(1e6),
		Held: []string{"deadlines"}} // what it finds late would show in the midst of a test that counts changes
	options(&c)
	a, err := app.New(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if err := a.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Jobs.Stop(context.Background()) })
	srv := listen(conforming(t, a.Handler(), &s.outside))
	t.Cleanup(srv.Close)
	s.App, s.URL = a, srv.URL
}

// directory stands in for signing in: a token names a principal made by the
// test. Identity's own tests use the real one.
type directory struct {
	mu    sync.Mutex
	known map[string]authz.Principal
}

func (d *directory) Authenticate(_ context.Context, token string) (authz.Principal, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.known[token]
	if !ok {
		return authz.Principal{}, fault.New(fault.Unauthenticated, "auth.token_invalid")
	}
	return p, nil
}

// Government opens a government's space.
func (s *Server) Government(code, name string) government.Government {
	s.t.Helper()
	ctx := authz.With(context.Background(), authz.ForSystem(authz.Platform))
	g, err := s.App.Governments.Create(ctx, government.Government{Code: code, Name: name, Kind: "regency", Zone: "Asia/Jakarta",
		HeadTitle: "Bupati", AgencyName: "BKPSDM", Letterhead: []string{"PEMERINTAH " + strings.ToUpper(name)}})
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

// System is a context in which services act inside a government as the
// program itself.
func System(g government.Government) context.Context {
	return authz.With(context.Background(), authz.ForSystem(g.Tenant))
}

// Caller calls the API as somebody.
type Caller struct {
	s     *Server
	token string
	// Principal is who calls; its ID is the account in the journal.
	Principal authz.Principal
}

// WithToken calls with a token that no test gave out.
func (s *Server) WithToken(token string) *Caller { return &Caller{s: s, token: token} }

// Nobody calls without a token.
func (s *Server) Nobody() *Caller { return &Caller{s: s} }

// As calls with one role in a government. For roles bound to a unit give the
// OPD with Under, for people their own record with Being.
func (s *Server) As(role authz.Role, g government.Government, with ...func(*authz.Principal)) *Caller {
	p := authz.Principal{Kind: authz.User, ID: id.New(context.Background()), Tenants: []int32{g.Tenant},
		Grants: []authz.Grant{{Role: role, Tenant: g.Tenant}}, Assurance: authz.SecondFactor}
	if role == authz.Bawaslu || role == authz.BKN {
		p.Kind, p.Organisation = authz.Client, id.New(context.Background())
	}
	if role == authz.PlatformAdmin || role == authz.OversightOfficer {
		p.Tenants, p.Grants[0].Tenant = []int32{authz.Platform}, authz.Platform
	}
	if role == authz.OversightOfficer {
		p.Organisation = id.New(context.Background())
	}
	for _, f := range with {
		f(&p)
	}
	return s.Principal(p)
}

// Token is what the caller sends, for clients other than this one.
func (c *Caller) Token() string { return c.token }

// Under binds the role to an OPD and all units below it.
func Under(opd id.ID) func(*authz.Principal) {
	return func(p *authz.Principal) { p.Grants[0].OPDRoot = opd }
}

// Being gives the caller an own ASN record.
func Being(person id.ID) func(*authz.Principal) {
	return func(p *authz.Principal) { p.Person = person }
}

// Principal calls as any principal.
func (s *Server) Principal(p authz.Principal) *Caller {
	token := id.New(context.Background()).String()
	s.people.mu.Lock()
	defer s.people.mu.Unlock()
	s.people.known[token] = p
	return &Caller{s: s, token: token, Principal: p}
}

// Answer is what came back.
type Answer struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   []byte
	what   string
}

// Get reads; path is below /api/v1.
func (c *Caller) Get(path string) *Answer { return c.Do(http.MethodGet, path, nil) }

// Post sends a JSON body.
func (c *Caller) Post(path string, body any) *Answer { return c.Do(http.MethodPost, path, body) }

// Patch sends a JSON Merge Patch.
func (c *Caller) Patch(path string, body any) *Answer { return c.Do(http.MethodPatch, path, body) }

// Delete sends no body.
func (c *Caller) Delete(path string) *Answer { return c.Do(http.MethodDelete, path, nil) }

// Do calls an operation with a JSON body.
func (c *Caller) Do(method, path string, body any) *Answer {
	c.s.t.Helper()
	var b []byte
	if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			c.s.t.Fatal(err)
		}
	}
	h := http.Header{}
	if body != nil {
		h.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			h.Set("Content-Type", "application/merge-patch+json")
		}
	}
	return c.Raw(method, path, h, bytes.NewReader(b))
}

// guarded tells whether an operation needs If-Match, and the resource it
// decides upon.
func (c *Caller) guarded(method, path string) (resource string, needed bool) {
	promises, err := contract()
	if err != nil {
		c.s.t.Fatal(err)
	}
	path, _, _ = strings.Cut(path, "?")
	t := promises.template(path)
	if t.item == nil || t.item.GetOperation(method) == nil || t.item.GetOperation(method).Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") == nil {
		return "", false
	}
	parts := strings.Split(path, "/")
	for i, s := range t.segments {
		if strings.HasPrefix(s, "{") {
			return strings.Join(parts[1:i+1], "/"), true
		}
	}
	return strings.Join(parts[1:], "/"), true
}

// version is the present ETag of a resource, as somebody sees it who looks just
// before they act.
func (c *Caller) version(resource string) string {
	res, err := http.DefaultClient.Do(c.request(http.MethodGet, "/"+resource, nil, http.NoBody))
	if err != nil {
		c.s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if tag := res.Header.Get("ETag"); res.StatusCode == http.StatusOK && tag != "" {
		return tag
	}
	return anyVersion
}

// anyVersion is of the right form, for requests that are refused for another
// reason.
const anyVersion = `"1"`

// Raw sends anything at all.
func (c *Caller) Raw(method, path string, h http.Header, body io.Reader) *Answer {
	c.s.t.Helper()
	req := c.request(method, path, h, body)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		c.s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &Answer{t: c.s.t, Status: res.StatusCode, Header: res.Header, Body: got, what: method + " " + path}
}

// Status sends anything at all and tells the status, 0 when the server cut the
// connection.
func (c *Caller) Status(method, path string, h http.Header, body io.Reader) int {
	res, err := http.DefaultClient.Do(c.request(method, path, h, body))
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

func (c *Caller) request(method, path string, h http.Header, body io.Reader) *http.Request {
	c.s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, c.s.URL+"/api/v1"+path, body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	if br, ok := body.(interface{ Len() int }); ok && br.Len() == 0 {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	if of, guarded := c.guarded(method, path); guarded && h["If-Match"] == nil {
		req.Header.Set("If-Match", c.version(of))
	}
	for k, v := range h {
		req.Header[k] = v
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req
}

// Expect ends the test when the status is another one.
func (a *Answer) Expect(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: got %d, want %d: %s", a.what, a.Status, status, a.Body)
	}
	return a
}

// ExpectCode ends the test when status or problem code is another one.
func (a *Answer) ExpectCode(status int, code string) *Answer {
	a.t.Helper()
	a.Expect(status)
	if got := a.Text("code"); got != code {
		a.t.Fatalf("%s: got code %s, want %s: %s", a.what, got, code, a.Body)
	}
	return a
}

// Into decodes the body.
func (a *Answer) Into(v any) *Answer {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.Body)
	}
	return a
}

// Value follows a path of keys and indexes through the body: "items.0.id".
func (a *Answer) Value(path string) any {
	a.t.Helper()
	var v any
	a.Into(&v)
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			var i int
			if _, err := fmt.Sscanf(part, "%d", &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// Text is Value as text, empty when missing.
func (a *Answer) Text(path string) string {
	a.t.Helper()
	v := a.Value(path)
	if v == nil {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// Len is the length of the list at path.
func (a *Answer) Len(path string) int {
	a.t.Helper()
	l, _ := a.Value(path).([]any)
	return len(l)
}
