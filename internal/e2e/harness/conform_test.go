package harness

import (
	"net/http"
	"strings"
	"testing"
)

const (
	aGovernment = `{"id":"d8928308-9135-5720-afed-f835d3367e78","code":"36.03","name":"Kabupaten Tangerang","kind":"regency","zone":"Asia/Jakarta"}`
	aProblem    = `{"type":"https://example.go.id/errors#a.b","title":"x","status":400,"code":"a.b"}`
)

// Proves that the harness itself lets nothing outside the contract pass: each
// answer is right but for one thing, and that thing is named.
func TestConform_NamesWhatIsOutsideTheContract(t *testing.T) {
	t.Parallel()
	c, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	list := func(items string) string { return `{"items":[` + items + `]}` }
	for name, x := range map[string]struct {
		method, path, media, body string
		status                    int
		header                    http.Header
		want                      string
	}{
		"as promised":          {body: list(aGovernment), status: 200},
		"a problem":            {media: "application/problem+json", body: aProblem, status: 400},
		"unlisted status":      {body: list(aGovernment), status: 418, want: "status is not listed"},
		"unlisted header":      {body: list(aGovernment), status: 200, header: http.Header{"X-Powered-By": {"x"}}, want: "X-Powered-By is not listed"},
		"missing header":       {media: "application/problem+json", body: aProblem, status: 429, want: "Retry-After is promised"},
		"wrong header":         {media: "application/problem+json", body: aProblem, status: 429, header: http.Header{"Retry-After": {"soon"}}, want: "no integer"},
		"unlisted media":       {media: "text/html", body: "<p>", status: 200, want: "content type"},
		"no JSON":              {body: "{", status: 200, want: "no JSON"},
		"unknown field":        {body: `{"items":[],"total":1}`, status: 200, want: "field /total is not in the contract"},
		"unknown field within": {body: list(strings.Replace(aGovernment, "{", `{"x":1,`, 1)), status: 200, want: "field /items/0/x"},
		"missing field":        {body: `{}`, status: 200, want: "items"},
		"wrong type":           {body: `{"items":1}`, status: 200, want: "array"},
		"wrong value":          {body: list(strings.Replace(aGovernment, "regency", "county", 1)), status: 200, want: "county"},
		"HEAD with a body":     {method: http.MethodHead, body: list(aGovernment), status: 200, want: "HEAD has a body"},
		"no such path":         {path: "/nowhere", media: "application/problem+json", body: aProblem, status: 404},
		"no such path, 200":    {path: "/nowhere", body: "{}", status: 200, want: "404 is the answer"},
		"no such method":       {method: http.MethodPut, media: "application/problem+json", body: aProblem, status: 405, header: http.Header{"Allow": {"GET"}}},
		"no such method, bare": {method: http.MethodPut, media: "application/problem+json", body: aProblem, status: 405, want: "Allow"},
	} {
		method, path, media := http.MethodGet, "/public/governments", "application/json"
		if x.method != "" {
			method = x.method
		}
		if x.path != "" {
			path = x.path
		}
		if x.media != "" {
			media = x.media
		}
		a := &recorder{status: x.status, header: http.Header{"Content-Type": {media}}, written: len(x.body)}
		for k, v := range x.header {
			a.header[k] = v
		}
		a.body.WriteString(x.body)
		got := strings.Join(c.faults(method, path, a), "; ")
		if x.want == "" && got != "" || !strings.Contains(got, x.want) {
			t.Errorf("%s: found %q, want %q", name, got, x.want)
		}
	}
}
