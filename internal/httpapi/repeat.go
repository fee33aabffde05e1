package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/idempotency"
)

const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotent-Replayed"
	headerMatch    = "If-Match"
)

// keyBodySum is where the body's running hash lies in echo's context.
const keyBodySum = "netral.body_sum"

// precondition hands the version that the caller saw to the write, which holds
// it against the present one under the row's lock.
func precondition(o operation, next echo.HandlerFunc) echo.HandlerFunc {
	if !o.Guarded {
		return next
	}
	return func(c echo.Context) error {
		version, err := strconv.ParseInt(strings.Trim(c.Request().Header.Get(headerMatch), `"`), 10, 32)
		if err != nil { // of the right form, and larger than any version
			return fault.New(fault.Stale, "request.stale")
		}
		ctx := c.Request().Context()
		c.SetRequest(c.Request().WithContext(db.WithSeen(ctx, resource(ctx, c), int32(version))))
		return next(c)
	}
}

// resource is the one that the path names; /me is the caller's own account.
func resource(ctx context.Context, c echo.Context) string {
	if len(c.ParamValues()) > 0 {
		return c.ParamValues()[0]
	}
	scope, _ := authz.From(ctx)
	return scope.Principal().ID.String()
}

// sumBody hashes the body on its way to the handler, for operations that can be
// repeated.
func sumBody(o operation, c echo.Context) {
	r := c.Request()
	if !o.Repeatable || r.Header.Get(headerKey) == "" || r.Body == nil || r.Body == http.NoBody {
		return
	}
	h := sha256.New()
	c.Set(keyBodySum, h)
	r.Body = &summed{ReadCloser: r.Body, h: h}
}

type summed struct {
	io.ReadCloser
	h hash.Hash
}

func (s *summed) Read(b []byte) (int, error) {
	n, err := s.ReadCloser.Read(b)
	s.h.Write(b[:n])
	return n, err
}

// repeat answers a repeated request with the first answer. The answer is held
// back until it is committed together with its effect.
func repeat(o operation, k *idempotency.Keeper, next echo.HandlerFunc) echo.HandlerFunc {
	if !o.Repeatable {
		return next
	}
	return func(c echo.Context) error {
		key := c.Request().Header.Get(headerKey)
		if key == "" {
			return next(c)
		}
		r := idempotency.Request{Key: key, Operation: o.ID, Fingerprint: func() []byte { return fingerprint(c) }}
		a, replayed, err := k.Once(c.Request().Context(), r, func(ctx context.Context) (idempotency.Answer, error) {
			return record(ctx, c, next)
		})
		if err != nil {
			return err
		}
		return send(c, a, replayed)
	}
}

// fingerprint tells one request from another: its address and its body.
func fingerprint(c echo.Context) []byte {
	r := c.Request()
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get(echo.HeaderContentType), r.Header.Get(headerMatch)} {
		h.Write([]byte(part + "\x00"))
	}
	if body, ok := c.Get(keyBodySum).(hash.Hash); ok {
		h.Write(body.Sum(nil))
	}
	return h.Sum(nil)
}

// kept are the headers of an answer that belong to it.
var kept = []string{echo.HeaderContentType, echo.HeaderContentDisposition, echo.HeaderLocation, "ETag", "Link"}

// record lets the handler answer into memory.
func record(ctx context.Context, c echo.Context, next echo.HandlerFunc) (idempotency.Answer, error) {
	out, request := c.Response(), c.Request()
	rec := &recorder{header: http.Header{}}
	c.SetResponse(echo.NewResponse(rec, c.Echo()))
	c.SetRequest(request.WithContext(ctx))
	err := next(c)
	c.SetResponse(out)
	c.SetRequest(request)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if rec.status >= http.StatusBadRequest {
		return idempotency.Answer{}, errors.New("httpapi: a handler rendered an error by itself")
	}
	a := idempotency.Answer{Status: rec.status, Header: map[string]string{}, Body: rec.body.Bytes()}
	for _, name := range kept {
		if v := rec.header.Get(name); v != "" {
			a.Header[name] = v
		}
	}
	return a, nil
}

func send(c echo.Context, a idempotency.Answer, replayed bool) error {
	h := c.Response().Header()
	for name, v := range a.Header {
		h.Set(name, v)
	}
	if replayed {
		h.Set(headerReplayed, "true")
	}
	c.Response().WriteHeader(a.Status)
	_, err := c.Response().Write(a.Body)
	return err
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header  { return r.header }
func (r *recorder) WriteHeader(code int) { r.status = code }
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.body.Write(b)
}
