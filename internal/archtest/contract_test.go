package archtest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"go.yaml.in/yaml/v3"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/vocabulary"
)

type contractOperation struct {
	path, method string
	item         *openapi3.PathItem
	*openapi3.Operation
}

func (o contractOperation) public() bool { return o.Extensions["x-permission"] == "public" }
func (o contractOperation) reads() bool {
	return o.method == "GET" || o.Extensions["x-reads"] == true
}

func (o contractOperation) parameters() []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, list := range []openapi3.Parameters{o.item.Parameters, o.Parameters} {
		for _, ref := range list {
			out = append(out, ref.Value)
		}
	}
	return out
}

func contractOperations(t *testing.T) (*openapi3.T, []contractOperation) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		t.Fatal(err)
	}
	var out []contractOperation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out = append(out, contractOperation{path, method, item, op})
		}
	}
	slices.SortFunc(out, func(a, b contractOperation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return doc, out
}

// Proves O1: the contract is valid OpenAPI and every example fits its schema.
func TestContract_IsValid(t *testing.T) {
	t.Parallel()
	doc, _ := contractOperations(t)
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Errorf("openapi.yaml is not valid: %v", err)
	}
}

var camelCase = regexp.MustCompile(`^[a-z][A-Za-z0-9]+$`)

// Proves O1: every operation of the contract says what it does, who may, and
// shows a request and an answer; its tag is declared, its name unlike any
// other, also when case is ignored.
func TestContract_EveryOperationExplainsItself(t *testing.T) {
	t.Parallel()
	doc, ops := contractOperations(t)
	names := map[string]bool{}
	for _, o := range ops {
		bad := func(format string, args ...any) {
			t.Errorf("%s %s: %s", o.method, o.path, fmt.Sprintf(format, args...))
		}
		if !camelCase.MatchString(o.OperationID) || names[strings.ToLower(o.OperationID)] {
			bad("operationId %q is not camelCase or is taken", o.OperationID)
		}
		names[strings.ToLower(o.OperationID)] = true
		if len(o.Tags) != 1 || doc.Tags.Get(o.Tags[0]) == nil {
			bad("wants exactly one declared tag, has %v", o.Tags)
		}
		if o.Summary == "" || len(o.Summary) > 100 || len(o.Description) < 20 {
			bad("wants a summary and a description")
		}
		if o.RequestBody != nil && o.Extensions["x-streamed"] != true && !allHaveExamples(o.RequestBody.Value.Content) {
			bad("the request has no example")
		}
		for status, r := range o.Responses.Map() {
			if strings.HasPrefix(status, "2") && !allHaveExamples(r.Value.Content) {
				bad("answer %s has no example", status)
			}
		}
		for _, p := range o.parameters() {
			if p.Description == "" {
				bad("parameter %s has no description", p.Name)
			}
			if p.In == openapi3.ParameterInPath && p.Example == nil {
				bad("path parameter %s has no example: without one Swagger UI sends nothing", p.Name)
			}
		}
	}
}

func allHaveExamples(content openapi3.Content) bool {
	for media, c := range content {
		text := strings.Contains(media, "json") || strings.Contains(media, "-form") || strings.HasPrefix(media, "multipart")
		if text && c.Example == nil && len(c.Examples) == 0 {
			return false
		}
	}
	return true
}

// Proves O5, T-26: every POST that changes something can be repeated under an
// Idempotency-Key and tells so; every PATCH needs the version that the caller
// saw, and every operation that needs it says what it answers without.
func TestContract_WritesCanBeRepeatedAndGuarded(t *testing.T) {
	t.Parallel()
	_, ops := contractOperations(t)
	for _, o := range ops {
		has := map[string]bool{}
		for _, p := range o.parameters() {
			has[p.Name] = true
		}
		repeatable := o.method == "POST" && !o.reads() && !strings.HasPrefix(o.path, "/auth/")
		if has["Idempotency-Key"] != repeatable {
			t.Errorf("%s %s: takes an Idempotency-Key: %v, want %v", o.method, o.path, has["Idempotency-Key"], repeatable)
		}
		if o.method == "PATCH" && !has["If-Match"] {
			t.Errorf("%s %s: does not need If-Match", o.method, o.path)
		}
		for _, status := range []string{"412", "428"} {
			if (o.Responses.Value(status) != nil) != has["If-Match"] {
				t.Errorf("%s %s: needs If-Match: %v, but %s is listed otherwise", o.method, o.path, has["If-Match"], status)
			}
		}
		for status, r := range o.Responses.Map() {
			if strings.HasPrefix(status, "2") && (r.Value.Headers["Idempotent-Replayed"] != nil) != repeatable {
				t.Errorf("%s %s: answer %s does not fit: repeatable is %v", o.method, o.path, status, repeatable)
			}
		}
	}
}

// Proves that every status an operation can answer with is in the contract, and
// no catch-all stands for the rest.
func TestContract_EveryStatusIsListed(t *testing.T) {
	t.Parallel()
	_, ops := contractOperations(t)
	for _, o := range ops {
		want := []string{"400", "406", "429", "500", "503"}
		if !o.public() {
			want = append(want, "401", "403")
		}
		if o.method != "GET" {
			want = append(want, "409", "413", "415", "422")
			if o.reads() || o.RequestBody == nil {
				want = []string{"400", "406", "429", "500", "503"}
			}
		}
		for _, status := range want {
			if o.Responses.Value(status) == nil {
				t.Errorf("%s %s: status %s is not listed", o.method, o.path, status)
			}
		}
		if o.Responses.Default() != nil {
			t.Errorf("%s %s: has a default answer, which hides statuses", o.method, o.path)
		}
		success := 0
		for status := range o.Responses.Map() {
			if strings.HasPrefix(status, "2") {
				success++
			}
		}
		if success == 0 {
			t.Errorf("%s %s: lists no success", o.method, o.path)
		}
	}
}

// Proves T-25, T-64: what clients send is closed and bounded: no unknown
// fields, no text, list or number without a limit, no nullable enum.
func TestContract_InputsAreClosedAndBounded(t *testing.T) {
	t.Parallel()
	_, ops := contractOperations(t)
	for _, o := range ops {
		for _, p := range o.parameters() {
			bounded(t, o.OperationID+" parameter "+p.Name, p.Schema, map[*openapi3.Schema]bool{})
		}
		if o.RequestBody == nil || o.Extensions["x-streamed"] == true {
			continue
		}
		for media, c := range o.RequestBody.Value.Content {
			bounded(t, o.OperationID+" "+media, c.Schema, map[*openapi3.Schema]bool{})
		}
	}
}

func bounded(t *testing.T, at string, ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	t.Helper()
	if ref == nil || ref.Value == nil {
		t.Errorf("%s: has no schema", at)
		return
	}
	s := ref.Value
	if seen[s] {
		return
	}
	seen[s] = true
	if s.Nullable && len(s.Enum) > 0 {
		t.Errorf("%s: nullable enum", at)
	}
	switch {
	case s.Type.Is(openapi3.TypeObject):
		open := s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has
		if open && s.AdditionalProperties.Schema == nil {
			t.Errorf("%s: takes unknown fields", at)
		}
		if s.AdditionalProperties.Schema != nil {
			bounded(t, at+"/*", s.AdditionalProperties.Schema, seen)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			bounded(t, at+"/"+name, s.Properties[name], seen)
		}
	case s.Type.Is(openapi3.TypeArray):
		if s.MaxItems == nil {
			t.Errorf("%s: a list without maxItems", at)
		}
		bounded(t, at+"[]", s.Items, seen)
	case s.Type.Is(openapi3.TypeString):
		if s.MaxLength == nil && len(s.Enum) == 0 && s.Format != "date" && s.Format != "date-time" && s.Format != "binary" {
			t.Errorf("%s: a text without maxLength", at)
		}
	case s.Type.Is(openapi3.TypeInteger) || s.Type.Is(openapi3.TypeNumber):
		if s.Min == nil || s.Max == nil {
			t.Errorf("%s: a number without minimum or maximum", at)
		}
	case s.Type.Is(openapi3.TypeBoolean):
	case len(s.AllOf)+len(s.OneOf)+len(s.AnyOf) > 0:
		for _, list := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
			for _, x := range list {
				bounded(t, at, x, seen)
			}
		}
	default:
		t.Errorf("%s: a value of any type", at)
	}
}

// Proves that names stay usable for generators of clients: no schema is named
// like a generated type, no two differ by case alone.
func TestContract_SchemaNames(t *testing.T) {
	t.Parallel()
	doc, ops := contractOperations(t)
	generated := map[string]bool{}
	for _, o := range ops {
		for _, suffix := range []string{"response", "params", "jsonrequestbody", "requestobject", "responseobject"} {
			generated[strings.ToLower(o.OperationID)+suffix] = true
		}
	}
	seen := map[string]bool{}
	for name := range doc.Components.Schemas {
		l := strings.ToLower(name)
		if generated[l] || seen[l] {
			t.Errorf("schema %s is named like a generated type or like another one", name)
		}
		seen[l] = true
	}
}

// protocol are closed sets of other people's standards, which no form shows.
var protocol = []string{"password,refresh_token,client_credentials", "oldest,latest"}

// Proves O9: every closed set of the contract that people meet is in the
// vocabularies with a label, and nothing is there that the contract does not
// have. A set of its own is found by its schema's name, one inside a schema by
// its values.
func TestContract_VocabulariesAreWhole(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, e := range enums(t, netral.Contract) {
		if len(e.values) == 1 || slices.Contains(protocol, strings.Join(e.values, ",")) {
			continue // a constant, or not for people
		}
		name := snake(e.name)
		fits := func(s vocabulary.Set) bool {
			if e.name != "" {
				return s.Name == name
			}
			return true
		}
		found := false
		for _, s := range vocabulary.Sets("") {
			if fits(s) && holds(s, e.values) {
				found, used[s.Name] = true, true
				if len(s.Values) == len(e.values) {
					break
				}
			}
		}
		if !found {
			t.Errorf("%s %v has no rows in internal/vocabulary/words.csv (set %q)", e.at, e.values, name)
		}
	}
	for _, s := range vocabulary.Sets("") {
		if !used[s.Name] {
			t.Errorf("words.csv: the contract has no set %s with these values", s.Name)
		}
		for _, v := range s.Values {
			if v.Label.ID == "" || v.Label.EN == "" || s.Label.ID == "" || (v.Help.ID == "") != (v.Help.EN == "") {
				t.Errorf("words.csv: %s %s lacks a text", s.Name, v.Code)
			}
		}
	}
}

func holds(s vocabulary.Set, values []string) bool {
	for _, v := range values {
		if !slices.ContainsFunc(s.Values, func(x vocabulary.Value) bool { return x.Code == v }) {
			return false
		}
	}
	return true
}

// enum is a closed set of the contract; name is that of its schema when it is
// one of its own.
type enum struct {
	name, at string
	values   []string
}

// enums finds every closed set, wherever it stands.
func enums(t *testing.T, contract []byte) []enum {
	t.Helper()
	var root map[string]any
	if err := yaml.Unmarshal(contract, &root); err != nil {
		t.Fatal(err)
	}
	var out []enum
	walkEnums(root, "", &out)
	return out
}

func walkEnums(v any, at string, out *[]enum) {
	switch v := v.(type) {
	case map[string]any:
		if list, ok := v["enum"].([]any); ok {
			e := enum{at: at}
			if rest, own := strings.CutPrefix(at, "/components/schemas/"); own && !strings.Contains(rest, "/") {
				e.name = rest
			}
			for _, x := range list {
				e.values = append(e.values, fmt.Sprint(x))
			}
			*out = append(*out, e)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if k != "example" && k != "examples" {
				walkEnums(v[k], at+"/"+k, out)
			}
		}
	case []any:
		for i, x := range v {
			walkEnums(x, fmt.Sprintf("%s/%d", at, i), out)
		}
	}
}

var wordStart = regexp.MustCompile(`(.)([A-Z])`)

// snake turns CaseState into case_state.
func snake(name string) string { return strings.ToLower(wordStart.ReplaceAllString(name, "${1}_${2}")) }
