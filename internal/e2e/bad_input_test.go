package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

func reader(s string) io.Reader { return strings.NewReader(s) }
func long(n int) string         { return strings.Repeat("a", n) }
func nested(n int) string       { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }

// attempt is one bad request to an operation and what must come back.
type attempt struct {
	name   string
	query  string
	header http.Header
	body   string
	status int
	// wrong is how many wrong fields must be named, at the least.
	wrong int
}

// Proves T-25, T-32, T-52, T-53, T-56, T-64: to every operation of the contract
// goes every kind of bad input; each is refused with a problem document and a
// stable code that names the wrong fields, never with a 500, and nothing
// changes. Operations, parameters and fields are found in the contract.
func TestBadInput_EveryOperation(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newWorld(t, s)
	before := changes(t, s)
	asked := 0
	for _, op := range contractOperations(t) {
		caller := s.Nobody()
		if op.permission != authz.Public {
			caller = w.caller(whoMay(t, op.permission))
		}
		path := op.path
		for name, ids := range w.objects {
			path = strings.ReplaceAll(path, "{"+name+"}", ids[ownUnit])
		}
		for _, a := range attempts(op, w) {
			h := a.header
			if h == nil {
				h = http.Header{}
			}
			if h.Get("Content-Type") == "" && op.media != "" {
				h.Set("Content-Type", op.media)
			}
			if h["If-Match"] == nil {
				h.Set("If-Match", `"1"`)
			}
			got := caller.Raw(op.method, path+a.query, h, strings.NewReader(a.body))
			asked++
			if got.Status != a.status || got.Header.Get("Content-Type") != "application/problem+json" || got.Text("code") == "" {
				t.Errorf("%s, %s: got %d, want %d: %.300s", op.id, a.name, got.Status, a.status, got.Body)
			}
			if n := got.Len("errors"); n < a.wrong {
				t.Errorf("%s, %s: names %d wrong fields, want %d: %.600s", op.id, a.name, n, a.wrong, got.Body)
			}
		}
		if op.permission != authz.Public {
			for _, token := range []string{"", "x", "eyJhbGciOiJub25lIn0.e30."} {
				got := s.WithToken(token).Raw(op.method, path, http.Header{"Content-Type": {op.media}, "If-Match": {`"1"`}}, reader(""))
				if got.Status != http.StatusUnauthorized {
					t.Errorf("%s with token %q: got %d", op.id, token, got.Status)
				}
			}
		}
	}
	if after := changes(t, s); after != before {
		t.Errorf("bad input changed something: %d journal entries before, %d after", before, after)
	}
	t.Logf("%d bad requests", asked)
}

// changes counts what every write leaves behind that a request made: what the
// program does by itself meanwhile (a clock that runs out) is no answer to one.
func changes(t *testing.T, s *harness.Server) (n int) {
	t.Helper()
	ctx := context.Background()
	conn := s.Conn(s.Database.SuperURL)
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM journal WHERE actor_kind <> 'system'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// whoMay is the role with the widest reach for the permission.
func whoMay(t *testing.T, p authz.Permission) authz.Role {
	t.Helper()
	best := authz.Roles[0]
	for _, r := range authz.Roles {
		if authz.ReachOf(r, p) > authz.ReachOf(best, p) {
			best = r
		}
	}
	if authz.ReachOf(best, p) == 0 {
		t.Fatalf("no role has %s", p)
	}
	return best
}

type badOperation struct {
	matrixOperation
	op     *openapi3.Operation
	schema *openapi3.Schema
	params []*openapi3.Parameter
}

// contractOperations are all operations, the public ones too.
func contractOperations(t *testing.T) []badOperation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	var out []badOperation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			b := badOperation{matrixOperation: newMatrixOperation(path, method, op), op: op}
			for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
				for _, p := range list {
					b.params = append(b.params, p.Value)
				}
			}
			if op.RequestBody != nil && strings.HasSuffix(b.media, "json") {
				b.schema = op.RequestBody.Value.Content[b.media].Schema.Value
			}
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b badOperation) int { return strings.Compare(a.id, b.id) })
	return out
}

func attempts(op badOperation, w *world) []attempt {
	out := []attempt{
		{name: "unknown parameter", query: "?tenant_id=2", status: 400, wrong: 1},
		{name: "parameter with NUL", query: "?%00=1", status: 400, wrong: 1},
		{name: "media type", header: http.Header{"Accept": {"image/x-none"}}, status: 406},
	}
	if answersNothing(op.op) {
		out = out[:2]
	}
	out = append(out, parameterAttempts(op)...)
	out = append(out, headerAttempts(op)...)
	valid, _ := json.Marshal(w.inCell(op.body, ownUnit))
	if op.schema != nil {
		for i := range out {
			out[i].body = string(valid)
		}
	}
	if op.streamed || op.op.RequestBody == nil {
		return out
	}
	big := attempt{name: "body of 2 MB", body: long(2 << 20), status: 413}
	out = append(out, big, attempt{name: "media type of the body", header: http.Header{"Content-Type": {"text/plain"}}, body: "x", status: 415})
	if op.schema == nil {
		return out
	}
	open := strings.TrimSuffix(string(valid), "}")
	out = append(out,
		attempt{name: "broken JSON", body: open, status: 400},
		attempt{name: "trailing text", body: string(valid) + "x", status: 400},
		attempt{name: "list for an object", body: "[]", status: 400},
		attempt{name: "nested too deeply", body: nested(2000), status: 400},
		attempt{name: "no UTF-8", body: `{"` + "\xff" + `":1}`, status: 400, wrong: 1},
		attempt{name: "unknown field", body: with(open, `"tenant_id":1`), status: 400, wrong: 1},
		attempt{name: "duplicate key", body: with(with(open, `"x_twice":1`)[:len(with(open, `"x_twice":1`))-1], `"x_twice":2`), status: 400, wrong: 1},
	)
	if op.op.RequestBody.Value.Required {
		out = append(out, attempt{name: "no body", status: 400})
	}
	return append(out, fieldAttempts(op, w)...)
}

func with(open, field string) string {
	if strings.HasSuffix(open, "{") {
		return open + field + "}"
	}
	return open + "," + field + "}"
}

func answersNothing(op *openapi3.Operation) bool {
	for status, r := range op.Responses.Map() {
		if strings.HasPrefix(status, "2") && len(r.Value.Content) == 0 {
			return true
		}
	}
	return false
}

// parameterAttempts give every query parameter a value that cannot be.
func parameterAttempts(op badOperation) []attempt {
	var out []attempt
	all := url.Values{}
	for _, p := range op.params {
		if p.In != openapi3.ParameterInQuery {
			continue
		}
		s := p.Schema.Value
		out = append(out, attempt{name: p.Name + " with NUL", query: "?" + p.Name + "=%00", status: 400, wrong: 1},
			attempt{name: p.Name + " no UTF-8", query: "?" + p.Name + "=%ff%fe", status: 400, wrong: 1})
		switch {
		case s.Type.Is("integer") || s.Type.Is("number") || s.Type.Is("boolean") || len(s.Enum) > 0 || s.Format == "date" || s.Format == "date-time":
			all.Set(p.Name, "tidak mungkin")
		case s.Type.Is("string") && s.MaxLength != nil:
			all.Set(p.Name, long(int(*s.MaxLength)+1))
		}
	}
	if len(all) > 0 {
		out = append(out, attempt{name: "all parameters wrong", query: "?" + all.Encode(), status: 400, wrong: len(all)})
	}
	return out
}

// headerAttempts give the headers of repeating and of guarding values that
// cannot be, and leave the version out.
func headerAttempts(op badOperation) []attempt {
	var out []attempt
	for _, p := range op.params {
		switch p.Name {
		case "Idempotency-Key":
			for _, v := range []string{"short", long(129), "with a space in it"} {
				out = append(out, attempt{name: "Idempotency-Key " + v, header: http.Header{p.Name: {v}}, status: 400, wrong: 1})
			}
		case "If-Match":
			for _, v := range []string{"1", `W/"1"`, "*", `"x"`} {
				out = append(out, attempt{name: "If-Match " + v, header: http.Header{p.Name: {v}}, status: 400, wrong: 1})
			}
			out = append(out, attempt{name: "no If-Match", header: http.Header{p.Name: {""}}, status: 428})
		}
	}
	return out
}

// fieldAttempts make every field wrong, one by one and all at once.
func fieldAttempts(op badOperation, w *world) []attempt {
	var out []attempt
	example, ok := w.inCell(op.body, ownUnit).(map[string]any)
	if !ok {
		return nil
	}
	all := maps.Clone(example)
	wrong := 0
	for _, name := range slices.Sorted(maps.Keys(op.schema.Properties)) {
		s := op.schema.Properties[name].Value
		bad := wrongValues(s)
		for i, v := range bad {
			one := maps.Clone(example)
			one[name] = v
			b, _ := json.Marshal(one)
			out = append(out, attempt{name: fmt.Sprintf("%s wrong %d", name, i), body: string(b), status: 400, wrong: 1})
		}
		if len(bad) > 0 {
			all[name] = bad[0]
			wrong++
		}
	}
	b, _ := json.Marshal(all)
	if wrong > 0 {
		out = append(out, attempt{name: "all fields wrong", body: string(b), status: 400, wrong: wrong})
	}
	if len(op.schema.Required) > 0 {
		out = append(out, attempt{name: "nothing of what is required", body: "{}", status: 400, wrong: len(op.schema.Required)})
	}
	return out
}

func wrongValues(s *openapi3.Schema) []any {
	var out []any
	switch {
	case s.Type.Is("string"):
		out = append(out, 7, []any{}, "a\u0000b")
		if s.MaxLength != nil {
			out = append(out, long(int(*s.MaxLength)+1))
		}
		if len(s.Enum) > 0 || s.Format == "date" || s.Format == "date-time" {
			out = append(out, "tidak mungkin")
		}
	case s.Type.Is("integer"):
		out = append(out, "tujuh", 1.5, 1e300)
	case s.Type.Is("number"):
		out = append(out, "tujuh")
	case s.Type.Is("boolean"):
		out = append(out, "ya")
	case s.Type.Is("array"):
		out = append(out, "bukan daftar", []any{nil})
		if s.MaxItems != nil && *s.MaxItems < 1000 {
			out = append(out, slices.Repeat([]any{nil}, int(*s.MaxItems)+1))
		}
	case s.Type.Is("object"):
		out = append(out, "bukan objek")
	}
	return out
}

// Proves T-65: a client that sends its body a byte at a time is cut off, and
// others are answered meanwhile.
func TestBadInput_SlowBodyIsCutOff(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes as long as a stalled body may")
	}
	s := harness.StartServer(t)
	g := s.Government("36.03", "Kabupaten Tangerang")
	slow, drip := io.Pipe()
	defer func() { _ = drip.Close() }()
	go func() { _, _ = drip.Write([]byte(`{"name":`)) }() // and never the rest
	done := make(chan int, 1)
	go func() {
		done <- s.As(authz.GovernmentAdmin, g).Status(http.MethodPatch, "/governments/"+g.ID.String(), http.Header{"Content-Type": {"application/merge-patch+json"}}, slow)
	}()
	s.As(authz.GovernmentAdmin, g).Get("/governments").Expect(200)
	if status := <-done; status != 0 && status != http.StatusBadRequest && status != http.StatusRequestTimeout {
		t.Errorf("the slow client was answered %d", status)
	}
	if got := s.As(authz.GovernmentAdmin, g).Get("/governments/" + g.ID.String()).Expect(200); got.Text("version") != "1" {
		t.Errorf("changed: %s", got.Body)
	}
}
