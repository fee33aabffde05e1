package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/idempotency"
)

const keyReporter = "netral.reporter"

// Authenticator turns a bearer token into a principal, loaded from the primary
// database at most 5 s ago (T-27). Package identity gives it; package app
// wires it.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (authz.Principal, error)
}

// guard is the way of every request of one operation, in this order: who,
// whether, shape, which version, and whether it was done before.
func guard(o operation, a Authenticator, k *idempotency.Keeper, q *quotas) echo.MiddlewareFunc {
	check := validate(o)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		checked := check(precondition(o, repeat(o, k, next)))
		return func(c echo.Context) error {
			if o.Reporter {
				c.Set(keyReporter, true)
				c.Response().Header().Del(echo.HeaderXRequestID)
			}
			if o.Permission == authz.Public {
				// Authorization is never looked at on reporters' operations (T-07);
				// machine clients show their secret to /auth with it.
				if o.signsIn() {
					c.SetRequest(c.Request().WithContext(authn.WithAttempt(c.Request().Context(), attempt(c))))
				}
				setScope(c, authz.ForPublic(authz.Platform))
				return checked(c)
			}
			scope, err := authorise(c, o, a, q)
			if err != nil {
				return err
			}
			setScope(c, scope)
			return checked(c)
		}
	}
}

// attempt is what signing in needs to know of the request: from where, with
// what program, and a machine client's HTTP Basic.
func attempt(c echo.Context) authn.Attempt {
	r := c.Request()
	a := authn.Attempt{Source: network(c.RealIP()), Address: address(c), Agent: printable(r.UserAgent())}
	a.ClientID, a.ClientSecret, _ = r.BasicAuth()
	return a
}

func authorise(c echo.Context, o operation, a Authenticator, q *quotas) (authz.Scope, error) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return authz.Scope{}, fault.New(fault.Unauthenticated, "auth.token_missing")
	}
	p, err := a.Authenticate(c.Request().Context(), token)
	if err != nil {
		return authz.Scope{}, err
	}
	if !p.From(address(c)) {
		return authz.Scope{}, fault.New(fault.Forbidden, "auth.address_not_allowed")
	}
	if err := q.spend(c, p); err != nil {
		return authz.Scope{}, err
	}
	return authz.Decide(p, o.Permission)
}

// address is where a request came from.
func address(c echo.Context) netip.Addr {
	a, _ := netip.ParseAddr(c.RealIP()) // none is in no network
	return a
}

func setScope(c echo.Context, s authz.Scope) {
	c.SetRequest(c.Request().WithContext(authz.With(c.Request().Context(), s)))
}

// requestID accepts a client's id when it is harmless, else makes one.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		given := c.Request().Header.Get(echo.HeaderXRequestID)
		if !harmless(given) {
			var b [8]byte
			_, _ = rand.Read(b[:])
			given = hex.EncodeToString(b[:])
		}
		c.Response().Header().Set(echo.HeaderXRequestID, given)
		return next(c)
	}
}

func harmless(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return true
}

// accessLog writes one line a request: route template and ids, never a person,
// a path or an address; nothing at all on reporters' routes (T-01, T-44).
func accessLog(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		observe(c, took)
		if c.Get(keyReporter) != nil {
			return nil
		}
		slog.Info("request", "method", c.Request().Method, "route", c.Path(), "status", c.Response().Status,
			"ms", took.Milliseconds(), "request_id", c.Response().Header().Get(echo.HeaderXRequestID))
		return nil
	}
}

// nextPage puts what was asked for into the Link to the next page: a cursor
// belongs to one list with its filters and its limit.
func nextPage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Before(func() {
			address, found := strings.CutSuffix(c.Response().Header().Get("Link"), `>; rel="next"`)
			if !found {
				return
			}
			path, query, _ := strings.Cut(strings.TrimPrefix(address, "<"), "?")
			cursor, err := url.ParseQuery(query)
			if err != nil {
				return
			}
			q := c.Request().URL.Query()
			q.Set("cursor", cursor.Get("cursor"))
			c.Response().Header().Set("Link", "<"+path+"?"+q.Encode()+`>; rel="next"`)
		})
		return next(c)
	}
}

// rescue turns a panic into a 500 without printing the request (T-44).
func rescue(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler { //nolint:errorlint // the sentinel itself is thrown
					panic(r)
				}
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		return next(c)
	}
}

// bodyLimit stands before everything that reads (T-64); streamed operations
// have their own, larger limit in their handlers.
func bodyLimit(limit int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > limit {
				c.Response().Header().Set("Connection", "close")
				return fault.New(fault.TooLarge, "request.too_large")
			}
			if r.Body != nil {
				r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
			}
			return next(c)
		}
	}
}

// Header values that every answer shares; nobody adds to them in place, as they
// have no room to.
var (
	noSniff      = []string{"nosniff"}
	noReferrer   = []string{"no-referrer"}
	noStore      = []string{"no-store"}
	nothingLoads = []string{"default-src 'none'; frame-ancestors 'none'"}
)

// secureHeaders are on every answer; what persons appear in is never stored.
func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h["X-Content-Type-Options"], h["Referrer-Policy"] = noSniff, noReferrer
		if strings.HasPrefix(c.Request().URL.Path, Base) {
			h["Cache-Control"], h["Content-Security-Policy"] = noStore, nothingLoads
		}
		return next(c)
	}
}
