// Package httpapi is the edge: echo, the way of a request through middleware,
// problem documents, and the handlers of all resources joined. It holds no
// rules and no SQL, and it alone knows echo, so that a move to another router
// is a regeneration and this package.
package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/idempotency"
)

// Options are what the edge needs from package app.
type Options struct {
	Contract      *Contract
	ContractYAML  []byte
	Handlers      api.StrictServerInterface
	Authenticator Authenticator
	// Keeper keeps the answers of requests with an Idempotency-Key.
	Keeper *idempotency.Keeper
	// BodyLimit bounds bodies that are not streamed; 0 means 1 MiB (T-64).
	BodyLimit int64
	// AllowedOrigins of browsers (CORS); none means same origin only.
	AllowedOrigins []string
	// PublicLimit bounds public operations per source, SignInLimit those under
	// /auth; zero is the default.
	PublicLimit, SignInLimit Limit
	// TrustedProxies are the networks whose X-Forwarded-For is believed (T-68).
	TrustedProxies []*net.IPNet
	// Ready reports what is not ready, by part; empty is ready.
	Ready func(context.Context) map[string]string
	// Version is what /version tells.
	Version map[string]string
	// Plain are further GET routes outside the contract, such as /.well-known/jwks.json.
	Plain map[string]http.Handler
}

// exposed are the answer headers that a browser may read.
var exposed = []string{"ETag", "Link", "Location", "Retry-After", "X-Request-Id", "Content-Disposition", headerReplayed, headerLimit, headerPolicy,
	headerDeprecation, headerSunset}

// New builds the HTTP handler.
func New(o Options) (http.Handler, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = extractor(o.TrustedProxies)
	e.HTTPErrorHandler = renderError
	e.Use(requestID, accessLog, rescue, secureHeaders, nextPage)
	if len(o.AllowedOrigins) > 0 {
		e.Use(middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: o.AllowedOrigins, ExposeHeaders: exposed,
			AllowMethods: []string{"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"}, MaxAge: 600}))
	}
	limit := o.BodyLimit
	if limit == 0 {
		limit = 1 << 20
	}
	public, signIn := newLimiter("public", o.PublicLimit, DefaultPublic), newLimiter("sign-in", o.SignInLimit, DefaultSignIn)
	perClient := newQuotas()
	perOperation := map[string][]echo.MiddlewareFunc{}
	for opID, op := range o.Contract.operations {
		chain := []echo.MiddlewareFunc{guard(op, o.Authenticator, o.Keeper, perClient)}
		switch {
		case op.signsIn():
			chain = slices.Insert(chain, 0, signIn.middleware)
		case op.Permission == authz.Public:
			chain = slices.Insert(chain, 0, public.middleware)
		}
		if !op.Streamed {
			chain = slices.Insert(chain, 0, bodyLimit(limit))
		}
		if !op.Deprecated.IsZero() {
			chain = slices.Insert(chain, 0, op.announce)
		}
		perOperation[opID] = chain
	}
	api.RegisterHandlersWithOptions(e, api.NewStrictHandler(o.Handlers, nil),
		api.RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: perOperation})
	if err := addDocs(e, o); err != nil {
		return nil, err
	}
	addHealth(e, o)
	for path, h := range o.Plain {
		e.GET(path, echo.WrapHandler(h))
	}
	return headAsGet(e), nil
}

// extractor tells a caller's address: that of the connection, or what a proxy
// of ours says; the framework would believe everybody (T-68).
func extractor(trusted []*net.IPNet) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range trusted {
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// headAsGet answers HEAD wherever GET is: same headers, no body.
func headAsGet(e *echo.Echo) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
			w = bodiless{w}
		}
		e.ServeHTTP(w, r)
	})
}

type bodiless struct{ http.ResponseWriter }

func (bodiless) Write(b []byte) (int, error) { return len(b), nil }

// Unwrap lets http.ResponseController reach the connection.
func (b bodiless) Unwrap() http.ResponseWriter { return b.ResponseWriter }

func addHealth(e *echo.Echo, o Options) {
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "ok"}) })
	e.GET("/version", func(c echo.Context) error { return c.JSON(http.StatusOK, o.Version) })
	e.GET("/readyz", func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
		defer cancel()
		if failing := o.Ready(ctx); len(failing) > 0 {
			c.Response().Header().Set("Retry-After", "2")
			return c.JSON(http.StatusServiceUnavailable, map[string]any{"status": "not_ready", "failing": failing})
		}
		return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
	})
}

// NewHTTPServer wraps the handler with the timeouts that the framework does
// not set (T-65): slow headers, slow bodies, slow readers, idle connections.
func NewHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           rollingDeadline(h),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
}

// Deadlines of one request: a body must keep arriving, an answer must keep
// being read.
const (
	bodyStall   = 10 * time.Second
	answerStall = 30 * time.Second
)

// rollingDeadline lets large uploads take their time as long as they move.
func rollingDeadline(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			_ = rc.SetReadDeadline(time.Now().Add(bodyStall))
			r.Body = &movingBody{ReadCloser: r.Body, rc: rc}
		}
		m := &movingWriter{ResponseWriter: w, rc: rc}
		defer m.move() // what is sent when the handler has returned: the rest of the buffer, or headers alone
		h.ServeHTTP(m, r)
	})
}

// movingWriter puts the deadline off whenever a part of the answer is written.
// An old one may stand on a connection that was used before.
type movingWriter struct {
	http.ResponseWriter
	rc    *http.ResponseController
	moved time.Time
}

// move is spared when it was just done: most answers are one small write.
func (m *movingWriter) move() {
	if now := time.Now(); now.Sub(m.moved) >= time.Second {
		m.moved = now
		_ = m.rc.SetWriteDeadline(now.Add(answerStall))
	}
}

func (m *movingWriter) Write(b []byte) (int, error) {
	m.move()
	return m.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (m *movingWriter) Unwrap() http.ResponseWriter { return m.ResponseWriter }

type movingBody struct {
	io.ReadCloser
	rc    *http.ResponseController
	since int
}

// minimumRate is how much of a body must arrive within each bodyStall.
const minimumRate = 16 << 10

// Read extends the deadline whenever another minimumRate came: a client that
// sends a byte every few seconds is cut off.
func (m *movingBody) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	m.since += n
	if m.since >= minimumRate {
		m.since = 0
		_ = m.rc.SetReadDeadline(time.Now().Add(bodyStall))
	}
	return n, err
}

// contractJSON is the contract for tools that read no YAML.
func contractJSON(c *Contract) ([]byte, error) { return json.Marshal(c.Doc) }
