package httpapi

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// ErrorPage is the page of this server that explains the codes; a code is its
// fragment. Clients resolve it against the address they asked (RFC 9457).
const ErrorPage = "/errors#"

// methodNotAllowed is a kind that only the router makes.
const methodNotAllowed fault.Kind = -1

// statuses is the one table from kinds of faults to HTTP.
var statuses = map[fault.Kind]int{
	fault.Shape:                http.StatusBadRequest,
	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.Forbidden:            http.StatusForbidden,
	fault.NotFound:             http.StatusNotFound,
	methodNotAllowed:           http.StatusMethodNotAllowed,
	fault.NotAcceptable:        http.StatusNotAcceptable,
	fault.Conflict:             http.StatusConflict,
	fault.Gone:                 http.StatusGone,
	fault.Stale:                http.StatusPreconditionFailed,
	fault.TooLarge:             http.StatusRequestEntityTooLarge,
	fault.UnsupportedMedia:     http.StatusUnsupportedMediaType,
	fault.Rule:                 http.StatusUnprocessableEntity,
	fault.PreconditionRequired: http.StatusPreconditionRequired,
	fault.TooMany:              http.StatusTooManyRequests,
	fault.Unavailable:          http.StatusServiceUnavailable,
}

type problem struct {
	Type         string         `json:"type"`
	Title        string         `json:"title"`
	Status       int            `json:"status"`
	Code         string         `json:"code"`
	RequestID    string         `json:"request_id,omitempty"`
	Rule         string         `json:"rule,omitempty"`
	AllowedSteps *[]string      `json:"allowed_steps,omitempty"`
	Errors       []fieldProblem `json:"errors,omitempty"`
}

type fieldProblem struct {
	Pointer   string `json:"pointer,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Code      string `json:"code"`
	Message   string `json:"message"`
}

// renderError turns an error into a problem document, once and only here.
// What is not a fault is a 500 that says nothing but the request id.
func renderError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	f, status := toFault(err), 0
	if f != nil {
		status = statuses[f.Kind]
	}
	if status == 0 { // no fault, or one of a kind nobody knows
		f, status = &fault.Fault{Code: "server.internal"}, http.StatusInternalServerError
	}
	reporter := c.Get(keyReporter) != nil
	if status >= http.StatusInternalServerError {
		logFailure(c, status, err, reporter)
	}
	h := c.Response().Header()
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="netral"`)
	}
	h.Set(echo.HeaderContentType, "application/problem+json")
	h.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return
	}
	_ = json.NewEncoder(c.Response()).Encode(newProblem(c, f, status, reporter))
}

func newProblem(c echo.Context, f *fault.Fault, status int, reporter bool) problem {
	l := lang.Match(c.Request().Header.Get("Accept-Language"))
	p := problem{Type: ErrorPage + f.Code, Title: lang.Text(l, f.Code, f.Params), Status: status, Code: f.Code, Rule: f.Source}
	if !reporter {
		p.RequestID = c.Response().Header().Get(echo.HeaderXRequestID)
	}
	if f.AllowedSteps != nil {
		p.AllowedSteps = &f.AllowedSteps
	}
	for _, e := range f.Fields {
		p.Errors = append(p.Errors, fieldProblem{Pointer: e.Pointer, Parameter: e.Parameter, Code: e.Code, Message: lang.Text(l, e.Code, e.Params)})
	}
	return p
}

// logFailure logs the cause of a 5xx. On reporters' routes the line has no
// request id, so that nothing links a caller to a report (T-02).
func logFailure(c echo.Context, status int, err error, reporter bool) {
	attrs := []any{"status", status, "route", c.Path(), "error", err}
	if !reporter {
		attrs = append(attrs, "request_id", c.Response().Header().Get(echo.HeaderXRequestID))
	}
	slog.Error("request failed", attrs...)
}

// toFault also knows what echo itself refuses: unknown paths and methods, and
// bodies that cannot be bound.
func toFault(err error) *fault.Fault {
	if f, ok := fault.As(err); ok {
		return f
	}
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return nil
	}
	switch he.Code {
	case http.StatusNotFound:
		return fault.Missing()
	case http.StatusMethodNotAllowed:
		return fault.New(methodNotAllowed, "request.method_not_allowed")
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "request.too_large")
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.UnsupportedMedia, "request.unsupported_media_type")
	case http.StatusBadRequest:
		return fault.New(fault.Shape, "request.invalid").Because(err)
	}
	return nil
}
