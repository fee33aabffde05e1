package e2e

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

const goldenMatrix = "testdata/matrix.csv"

// Cells of the matrix: an object of the caller's own unit, of another unit of
// the same government, of another government, and one that is not there.
const (
	ownUnit = iota
	otherUnit
	otherGovernment
	absent
	cells
)

// Outcomes of a cell.
const (
	allowed = "allowed" // let in; what the rules then say is the journeys' matter
	denied  = "denied"  // 403
	missing = "missing" // 404
)

// Proves A1, C3, T-16, T-22, T-23: every operation of the contract is called as
// every role on an object of the own unit, of another unit, of another
// government and on none, three times: with both locks, with the program's
// filter alone, with the row policies alone. Operations are found in the
// contract, so a new one cannot be forgotten; what may be let in stands in the
// golden file, and no lock alone lets a foreign government in.
func TestMatrix_EveryOperationEveryRoleEachLockAlone(t *testing.T) {
	s := harness.Start(t)
	w := newWorld(t, s)
	want := readGolden(t)
	got := map[string][]string{}
	for _, locks := range []testkit.Locks{testkit.BothLocks, testkit.FilterOnly, testkit.PolicyOnly} {
		restore := testkit.SplitLocks(locks, w.tenants())
		for _, op := range operations(t) {
			for _, role := range authz.Roles {
				row := make([]string, cells)
				for cell := range cells {
					row[cell] = w.call(t, op, role, cell, locks)
				}
				key := op.id + "," + string(role)
				if locks == testkit.BothLocks {
					got[key] = row
				} else if !slices.Equal(row[otherUnit:], got[key][otherUnit:]) {
					t.Errorf("%s with %s: %v, with both locks %v", key, locks, row, got[key])
				}
			}
		}
		restore()
	}
	compareGolden(t, want, got)
}

func compareGolden(t *testing.T, want, got map[string][]string) {
	t.Helper()
	if *update {
		writeGolden(t, got)
		return
	}
	for key, row := range got {
		if want[key] == nil {
			t.Errorf("%s is not in %s: look at it and run with -update", key, goldenMatrix)
		} else if !slices.Equal(want[key], row) {
			t.Errorf("%s: got %v, want %v", key, row, want[key])
		}
	}
	for key := range want {
		if got[key] == nil {
			t.Errorf("%s is in %s and not in the contract", key, goldenMatrix)
		}
	}
}

type matrixOperation struct {
	id, method, path string
	body             any
	media            string
	permission       authz.Permission
	streamed         bool
	query            string // what the contract demands
	header           http.Header
}

// operations reads the contract; public ones are journeys' matter.
func operations(t *testing.T) []matrixOperation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	var out []matrixOperation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			p, _ := op.Extensions["x-permission"].(string)
			if p == string(authz.Public) {
				continue
			}
			out = append(out, newMatrixOperation(path, method, op))
		}
	}
	// Reads first: what is ended or merged cannot be read as it was.
	slices.SortFunc(out, func(a, b matrixOperation) int {
		return strings.Compare(order(a)+a.path+a.method, order(b)+b.path+b.method)
	})
	return out
}

func newMatrixOperation(path, method string, op *openapi3.Operation) matrixOperation {
	p, _ := op.Extensions["x-permission"].(string)
	streamed, _ := op.Extensions["x-streamed"].(bool)
	m := matrixOperation{id: op.OperationID, method: method, path: path, permission: authz.Permission(p), streamed: streamed, query: neededQuery(op), header: neededHeader(op)}
	if op.RequestBody != nil {
		m.media, m.body = example(op.RequestBody.Value.Content)
		if m.media == "" { // a file, which has no example
			m.media = slices.Min(slices.Collect(maps.Keys(op.RequestBody.Value.Content)))
		}
	}
	return m
}

// neededQuery is the query without which an operation answers 400 before it
// looks at the path.
func neededQuery(op *openapi3.Operation) string {
	q := url.Values{}
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery && p.Value.Required {
			q.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// neededHeader is the same of headers; the harness looks after If-Match.
func neededHeader(op *openapi3.Operation) http.Header {
	h := http.Header{}
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInHeader && p.Value.Required && p.Value.Name != "If-Match" {
			h.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	return h
}

func order(m matrixOperation) string {
	if m.method == http.MethodGet {
		return "0"
	}
	if m.method == http.MethodDelete {
		return "2"
	}
	return "1"
}

func example(content openapi3.Content) (string, any) {
	for _, media := range slices.Sorted(maps.Keys(content)) {
		c := content[media]
		if c.Example != nil {
			return media, c.Example
		}
		names := slices.Sorted(maps.Keys(c.Examples))
		if len(names) == 0 {
			continue
		}
		return media, c.Examples[names[0]].Value.Value
	}
	for _, media := range slices.Sorted(maps.Keys(content)) { // bytes, of which there is no example
		return media, nil
	}
	return "", nil
}

// call fills one cell. Whatever the cell, the answer is never a server error,
// never outside the contract, and never names an object of another government.
func (w *world) call(t *testing.T, op matrixOperation, role authz.Role, cell int, locks testkit.Locks) string {
	t.Helper()
	c := w.caller(role)
	path := op.path
	for name, ids := range w.objects {
		path = strings.ReplaceAll(path, "{"+name+"}", ids[cell])
	}
	if strings.Contains(path, "{") {
		t.Fatalf("%s: no fixture for %s; add it to newWorld", op.id, path)
	}
	h := op.header.Clone()
	body := ""
	if op.body != nil && strings.HasSuffix(op.media, "json") {
		b, err := json.Marshal(w.inCell(op.body, cell))
		if err != nil {
			t.Fatal(err)
		}
		body = string(b)
	}
	if op.media != "" {
		h.Set("Content-Type", op.media)
	}
	a := c.Raw(op.method, path+op.query, h, reader(body))
	if a.Status >= 500 {
		t.Errorf("%s as %s, cell %d, %s: %d %s", op.id, role, cell, locks, a.Status, a.Body)
	}
	for name, ids := range w.objects {
		if foreign := ids[otherGovernment]; foreign != ids[ownUnit] && !strings.Contains(path+body, foreign) && strings.Contains(string(a.Body), foreign) && role != authz.PlatformAdmin {
			t.Errorf("%s as %s with %s shows %s of another government: %s", op.id, role, locks, name, a.Body)
		}
	}
	if w.elsewhere(op.path, cell) && a.Status < 400 {
		t.Errorf("%s as %s, cell %d, %s: let in with %d", op.id, role, cell, locks, a.Status)
	}
	switch a.Status {
	case http.StatusForbidden:
		return denied
	case http.StatusNotFound:
		return missing
	}
	return allowed
}

// elsewhere reports whether the path names an object of another government, or
// none at all, in this cell. A word that is the same for everybody, such as a
// kind of reference data, names none.
func (w *world) elsewhere(path string, cell int) bool {
	for name, ids := range w.objects {
		if (cell == otherGovernment || cell == absent) && strings.Contains(path, "{"+name+"}") && ids[cell] != ids[ownUnit] {
			return true
		}
	}
	return false
}

// inCell replaces the identifiers in an example body by those of the cell, by
// the name of the field: asn_id by the world's asnId.
func (w *world) inCell(v any, cell int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = w.inCell(x, cell)
			ids, ok := w.objects[paramOf(k)]
			if !ok {
				continue
			}
			switch x.(type) {
			case string:
				out[k] = ids[cell]
			case []any:
				out[k] = []any{ids[cell]}
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = w.inCell(x, cell)
		}
		return out
	}
	return v
}

// paramOf turns asn_id and asn_ids into asnId.
func paramOf(field string) string {
	field = strings.TrimSuffix(strings.TrimSuffix(field, "s"), "_id")
	parts := strings.Split(field, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "") + "Id"
}

func readGolden(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	f, err := os.Open(goldenMatrix)
	if err != nil {
		if *update {
			return out
		}
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		out[r[0]+","+r[1]] = r[2:]
	}
	return out
}

func writeGolden(t *testing.T, got map[string][]string) {
	t.Helper()
	f, err := os.Create(goldenMatrix)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	w := csv.NewWriter(f)
	_ = w.Write([]string{"operation", "role", "own_unit", "other_unit", "other_government", "absent"})
	for _, key := range slices.Sorted(maps.Keys(got)) {
		op, role, _ := strings.Cut(key, ",")
		_ = w.Write(append([]string{op, role}, got[key]...))
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
}
