package harness

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// wall is the clock of sessions and codes; it starts at the present.
type wall struct {
	mu sync.Mutex
	by time.Duration
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.by)
}

// StartReal starts a server where everybody signs in as in production.
func StartReal(t testing.TB, options ...func(*app.Config)) *Server {
	t.Helper()
	s := newServer(t)
	s.clock = &wall{}
	s.serve(func(h http.Handler) *httptest.Server { return httptest.NewServer(h) }, s.real(options))
	return s
}

func (s *Server) real(options []func(*app.Config)) func(*app.Config) {
	return func(c *app.Config) {
		c.Now = s.clock.now
		for _, f := range options {
			f(c)
		}
	}
}

// Replica starts another server on the same database, with the same master key
// and clock.
func (s *Server) Replica(options ...func(*app.Config)) *Server {
	s.t.Helper()
	r := &Server{t: s.t, Database: s.Database, master: s.master, clock: s.clock, Files: s.Files}
	r.serve(func(h http.Handler) *httptest.Server { return httptest.NewServer(h) }, s.real(options))
	return r
}

// Fixtures starts a server beside it on the same database where callers are
// made by the test, to arrange what the test is not about.
func (s *Server) Fixtures(options ...func(*app.Config)) *Server {
	s.t.Helper()
	f := &Server{t: s.t, Database: s.Database, master: s.master, Files: s.Files, people: &directory{known: map[string]authz.Principal{}}}
	f.serve(func(h http.Handler) *httptest.Server { return httptest.NewServer(h) }, func(c *app.Config) {
		c.Authenticator = f.people
		for _, change := range options {
			change(c)
		}
	})
	return f
}

// Pass lets time go by for sessions, codes and waits.
func (s *Server) Pass(d time.Duration) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	s.clock.by += d
}

// Now is the clock of sessions and codes.
func (s *Server) Now() time.Time { return s.clock.now() }

// Account opens an account without a password in a government, for one of its
// persons where asn is given, with roles in force from today.
func (s *Server) Account(g government.Government, email string, asn *id.ID, roles ...authz.Role) identity.Account {
	s.t.Helper()
	ctx := System(g)
	if g.Tenant == authz.Platform {
		ctx = authz.With(context.Background(), authz.ForSystem(authz.Platform))
	}
	var a identity.Account
	err := s.App.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if a, err = s.App.Identity.OpenTx(tx, identity.NewAccount{Name: email, Email: email, ASN: asn, Active: true}); err != nil {
			return err
		}
		for _, r := range roles {
			if _, err = s.App.Identity.GiveTx(tx, identity.Grant{Account: a.ID, Tenant: g.Tenant, Role: r, From: day.Of(time.Now(), time.UTC).AddDays(-1)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// Token asks the token endpoint; the pairs are form fields.
func (s *Server) Token(pairs ...string) *Answer { return s.Nobody().Form("/auth/token", pairs...) }

// Form posts form fields.
func (c *Caller) Form(path string, pairs ...string) *Answer {
	c.s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.Raw(http.MethodPost, path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, strings.NewReader(form.Encode()))
}

// SignedIn calls with a token that the server itself made for an account, as
// the demo's command does, and binds a second factor where a role needs one.
func (s *Server) SignedIn(account, government id.ID) *Caller {
	s.t.Helper()
	token, err := s.App.Identity.Issue(context.Background(), account, government)
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.WithToken(token)
	me := c.Get("/me").Expect(http.StatusOK)
	if me.Text("second_factor.required") == "true" && me.Text("second_factor.enrolled") == "false" {
		c.Bind("")
	}
	return c
}

// Bind binds a second factor and gives its secret and the recovery codes.
func (c *Caller) Bind(password string) (secret string, recovery []string) {
	c.s.t.Helper()
	body := map[string]any{}
	if password != "" {
		body["password"] = password
	}
	secret = c.Post("/me/totp", body).Expect(http.StatusOK).Text("secret")
	var out struct {
		Codes []string `json:"recovery_codes"`
	}
	c.Post("/me/totp/confirmation", map[string]any{"code": c.s.TOTP(secret)}).Expect(http.StatusOK).Into(&out)
	return secret, out.Codes
}

// TOTP is a code of a second factor that was not used yet.
func (s *Server) TOTP(secret string) string {
	s.t.Helper()
	s.Pass(30 * time.Second)
	code, err := authn.TOTPCode(secret, s.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// At calls another replica with the same token.
func (c *Caller) At(s *Server) *Caller { return &Caller{s: s, token: c.token, Principal: c.Principal} }

// Give gives a role of a unit from yesterday on.
func (s *Server) Give(g government.Government, account id.ID, role authz.Role, opd string) {
	s.t.Helper()
	unit, err := id.Parse(opd)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.App.DB.Write(System(g), func(tx *db.Tx) error {
		_, err := s.App.Identity.GiveTx(tx, identity.Grant{Account: account, Tenant: g.Tenant, Role: role, OPD: &unit, From: day.Of(time.Now(), time.UTC).AddDays(-1)})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
