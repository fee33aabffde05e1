package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	netral "github.com/netral-asn/netral"
)

// Proves O1: the files that the contract names as examples are served, as what
// it says they are.
func TestExamples_AreServed(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.GET("/docs/examples/:name", example)
	served := 0
	try := func(operation string, content openapi3.Content) {
		for media, c := range content {
			for _, x := range c.Examples {
				if x.Value.ExternalValue == "" {
					continue
				}
				served++
				out := httptest.NewRecorder()
				e.ServeHTTP(out, httptest.NewRequest(http.MethodGet, x.Value.ExternalValue, nil))
				if out.Code != http.StatusOK || out.Header().Get("Content-Type") != media {
					t.Errorf("%s: %s answers %d, %s", operation, x.Value.ExternalValue, out.Code, out.Header().Get("Content-Type"))
				}
			}
		}
	}
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			if o.RequestBody != nil {
				try(o.OperationID, o.RequestBody.Value.Content)
			}
			for status, r := range o.Responses.Map() {
				if strings.HasPrefix(status, "2") {
					try(o.OperationID, r.Value.Content)
				}
			}
		}
	}
	if served == 0 {
		t.Error("the contract names no file")
	}
}
