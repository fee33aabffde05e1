package httpapi

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

const givenUp = `openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /public/things:
    get:
      operationId: listThings
      x-permission: public
      MARKS
      responses: {'200': {description: Things.}}
`

// Proves O9: an operation that is given up says so in its headers, and one that
// is given up by half or without six months' notice stops the program.
func TestDeprecation(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ marks, deprecation, sunset, fails string }{
		"stays":          {},
		"given up":       {marks: "deprecated: true\n      x-deprecated-since: 2026-01-01\n      x-sunset: 2026-07-01", deprecation: "@1767225600", sunset: "Wed, 01 Jul 2026 00:00:00 GMT"},
		"as texts":       {marks: "deprecated: true\n      x-deprecated-since: '2026-01-01'\n      x-sunset: '2026-07-01'", deprecation: "@1767225600", sunset: "Wed, 01 Jul 2026 00:00:00 GMT"},
		"no sunset":      {marks: "deprecated: true\n      x-deprecated-since: 2026-01-01", fails: "go together"},
		"no day":         {marks: "deprecated: true", fails: "go together"},
		"not deprecated": {marks: "x-deprecated-since: 2026-01-01\n      x-sunset: 2026-07-01", fails: "go together"},
		"too soon":       {marks: "deprecated: true\n      x-deprecated-since: 2026-01-01\n      x-sunset: 2026-06-30", fails: "6 months"},
		"no date":        {marks: "deprecated: true\n      x-deprecated-since: soon\n      x-sunset: 2026-06-30", fails: "soon"},
	} {
		c, err := LoadContract([]byte(strings.Replace(givenUp, "MARKS", x.marks, 1)))
		if x.fails != "" {
			if err == nil || !strings.Contains(err.Error(), x.fails) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		o := c.operations["listThings"]
		if x.deprecation == "" {
			if !o.Deprecated.IsZero() {
				t.Errorf("%s: given up on %s", name, o.Deprecated)
			}
			continue
		}
		rec := httptest.NewRecorder()
		ctx := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), rec)
		if err := o.announce(func(c echo.Context) error { return c.NoContent(200) })(ctx); err != nil {
			t.Fatal(err)
		}
		if h := rec.Header(); h.Get("Deprecation") != x.deprecation || h.Get("Sunset") != x.sunset {
			t.Errorf("%s: %v", name, h)
		}
	}
}
