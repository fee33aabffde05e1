package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// rendered is the answer to a request on which err happened.
func rendered(t *testing.T, err error, request func(echo.Context)) *httptest.ResponseRecorder {
	t.Helper()
	out := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodPost, "/cases", nil), out)
	c.Response().Header().Set(echo.HeaderXRequestID, "request-1")
	if request != nil {
		request(c)
	}
	renderError(err, c)
	return out
}

func english(c echo.Context) { c.Request().Header.Set("Accept-Language", "en") }

// Proves T1, T-14: every kind has its status, what echo refuses has one of ours,
// and what is no fault is a 500. A kind added without a status fails here.
func TestRenderError_StatusOfEveryKind(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]int{fault.Shape: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, methodNotAllowed: 405,
		fault.NotAcceptable: 406, fault.Conflict: 409, fault.Gone: 410, fault.Stale: 412, fault.TooLarge: 413, fault.UnsupportedMedia: 415,
		fault.Rule: 422, fault.PreconditionRequired: 428, fault.TooMany: 429, fault.Unavailable: 503}
	for kind := fault.Shape; kind <= fault.Unavailable; kind++ {
		if want[kind] == 0 {
			t.Errorf("kind %d is not in this table", kind)
		}
	}
	cases := map[error]int{}
	for kind, status := range want {
		cases[fault.New(kind, "request.not_found")] = status
		cases[fmt.Errorf("deeper: %w", fault.New(kind, "request.not_found"))] = status
	}
	cases[fault.New(0, "request.not_found")] = 500
	cases[errors.New("disk full")] = 500
	for _, status := range []int{404, 405, 413, 415, 400} {
		cases[echo.NewHTTPError(status)] = status
	}
	cases[echo.NewHTTPError(http.StatusTeapot)] = 500
	for err, status := range cases {
		got := rendered(t, err, nil)
		var p problem
		if e := json.Unmarshal(got.Body.Bytes(), &p); e != nil {
			t.Errorf("%v: %v in %s", err, e, got.Body)
		}
		if got.Code != status || p.Status != status {
			t.Errorf("%v: %d, in the document %d, want %d", err, got.Code, p.Status, status)
		}
		if p.Type != ErrorPage+p.Code || p.Title == "" || p.Title == p.Code || p.RequestID != "request-1" {
			t.Errorf("%v: %s", err, got.Body)
		}
		h := got.Header()
		if h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" || (h.Get("WWW-Authenticate") != "") != (status == 401) {
			t.Errorf("%v: %v", err, h)
		}
	}
}

// Proves T1, T-14, T-02: a document tells what the fault carries and nothing
// else: fields by pointer or parameter, the source of a rule, open steps even
// when there are none, never a cause, and no request id to a reporter.
func TestRenderError_DocumentOfAFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		request func(echo.Context)
		want    string
	}{
		"fields": {fault.New(fault.Rule, "request.invalid").At("/subjects/0/nip", "field.required").AtParameter("on", "field.required"), english,
			`{"type":"` + ErrorPage + `request.invalid","title":"The request does not have the form asked for","status":422,"code":"request.invalid","request_id":"request-1",` +
				`"errors":[{"pointer":"/subjects/0/nip","code":"field.required","message":"Required."},{"parameter":"on","code":"field.required","message":"Required."}]}`},
		"the whole body": {fault.New(fault.Shape, "request.invalid").At("/", "field.required"), nil,
			`{"type":"` + ErrorPage + `request.invalid","title":"Permintaan tidak sesuai bentuk yang diminta","status":400,"code":"request.invalid","request_id":"request-1",` +
				`"errors":[{"pointer":"/","code":"field.required","message":"Wajib diisi."}]}`},
		"a rule and its source": {fault.New(fault.Rule, "request.not_found").Under("PP 94/2021 Pasal 31"), english,
			`{"type":"` + ErrorPage + `request.not_found","title":"Not found","status":422,"code":"request.not_found","request_id":"request-1","rule":"PP 94/2021 Pasal 31"}`},
		"open steps": {fault.New(fault.Conflict, "request.not_found").Allowing([]string{"closing", "return"}), english,
			`{"type":"` + ErrorPage + `request.not_found","title":"Not found","status":409,"code":"request.not_found","request_id":"request-1","allowed_steps":["closing","return"]}`},
		"no open step": {fault.New(fault.Conflict, "request.not_found").Allowing(nil), english,
			`{"type":"` + ErrorPage + `request.not_found","title":"Not found","status":409,"code":"request.not_found","request_id":"request-1","allowed_steps":[]}`},
		"a cause": {fault.New(fault.Unavailable, "request.not_found").Because(errors.New("password=secret")), english,
			`{"type":"` + ErrorPage + `request.not_found","title":"Not found","status":503,"code":"request.not_found","request_id":"request-1"}`},
		"no fault": {errors.New("NIP 198609262015051001"), english,
			`{"type":"` + ErrorPage + `server.internal","title":"Something went wrong on the server","status":500,"code":"server.internal","request_id":"request-1"}`},
		"a reporter": {errors.New("x"), func(c echo.Context) { english(c); c.Set(keyReporter, true) },
			`{"type":"` + ErrorPage + `server.internal","title":"Something went wrong on the server","status":500,"code":"server.internal"}`},
		"a head": {fault.Missing(), func(c echo.Context) { c.Request().Method = http.MethodHead }, ""},
	} {
		got := rendered(t, c.err, c.request).Body.String()
		if c.want != "" {
			c.want += "\n"
		}
		if got != c.want {
			t.Errorf("%s:\n%s want\n%s", name, got, c.want)
		}
	}
}

// Proves T-68: waiting is told in whole seconds, rounded up, and only where
// there is something to wait for.
func TestRenderError_RetryAfter(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{0: "", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", time.Minute: "60"} {
		if got := rendered(t, fault.New(fault.TooMany, "request.not_found").After(wait), nil).Header().Get("Retry-After"); got != want {
			t.Errorf("%s: %q, want %q", wait, got, want)
		}
	}
}

// Proves T1: an answer that has begun is left as it is.
func TestRenderError_NothingAfterTheAnswerBegan(t *testing.T) {
	t.Parallel()
	got := rendered(t, errors.New("x"), func(c echo.Context) { _ = c.String(http.StatusOK, "begun") })
	if got.Code != http.StatusOK || got.Body.String() != "begun" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}
