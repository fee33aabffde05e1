package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// wanderer draws requests from the contract. Identifiers, codes and words come
// from the world, from the contract's examples and from the answers so far, so
// that a good part of what it asks is let in and does something.
type wanderer struct {
	*testing.T
	world *world
	rand  *rand.Rand
	ops   []badOperation
	// strangers are callers of the other government.
	strangers map[authz.Role]*harness.Caller
	// ids are identifiers by path parameter, words are values by field name.
	ids   map[string][]string
	words map[string][]any
	// lastID and lastWord are what the last answer told, by the same names, and
	// lastTag is what it was about: a process goes on where it stands.
	lastID   map[string]string
	lastWord map[string]any
	lastTag  string
	// member is the path parameter that names what a collection holds.
	member map[string]string
	// tags are entity tags by address.
	tags map[string]string

	statuses map[int]int
	let      map[string]bool
}

// wish is one request to make.
type wish struct {
	op           badOperation
	caller       *harness.Caller
	who          string
	method, path string
	header       http.Header
	body         string
}

func (q wish) String() string {
	return fmt.Sprintf("%s %s %s as %s\n%v\n%.2000s", q.op.id, q.method, q.path, q.who, q.header, q.body)
}

// Bounds of what is remembered for one name.
const (
	rememberedIDs   = 40
	rememberedWords = 60
)

func newWanderer(t *testing.T, w *world, seed uint64) *wanderer {
	t.Helper()
	v := &wanderer{T: t, world: w, rand: rand.New(rand.NewPCG(seed, 1)), ops: contractOperations(t), strangers: map[authz.Role]*harness.Caller{},
		ids: map[string][]string{}, words: map[string][]any{}, lastID: map[string]string{}, lastWord: map[string]any{}, member: map[string]string{}, tags: map[string]string{},
		statuses: map[int]int{}, let: map[string]bool{}}
	for name, ids := range w.objects {
		v.ids[name] = []string{ids[ownUnit], ids[ownUnit], ids[ownUnit], ids[otherUnit], ids[otherGovernment], ids[absent]}
	}
	for _, op := range v.ops {
		if collection, param, ok := strings.Cut(op.path, "/{"); ok && strings.HasSuffix(param, "}") && !strings.Contains(param, "/") {
			v.member[collection] = strings.TrimSuffix(param, "}")
		}
		v.readExamples(op.op)
	}
	return v
}

// readExamples learns the words of the contract's examples.
func (v *wanderer) readExamples(op *openapi3.Operation) {
	contents := []openapi3.Content{}
	if op.RequestBody != nil {
		contents = append(contents, op.RequestBody.Value.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		if strings.HasPrefix(status, "2") {
			contents = append(contents, op.Responses.Value(status).Value.Content)
		}
	}
	for _, content := range contents {
		for _, media := range slices.Sorted(maps.Keys(content)) {
			m := content[media]
			v.remember(m.Example, "", false)
			for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
				v.remember(m.Examples[name].Value.Value, "", false)
			}
		}
	}
}

// chance is true so often out of a hundred.
func (v *wanderer) chance(percent int) bool { return v.rand.IntN(100) < percent }

func pick[T any](v *wanderer, list []T) T { return list[v.rand.IntN(len(list))] }

// draw makes the next request.
func (v *wanderer) draw() wish {
	q := wish{op: pick(v, v.ops), header: http.Header{}}
	for range 12 {
		if v.lastTag == "" || q.op.op.Tags[0] == v.lastTag || v.chance(8) {
			break
		}
		q.op = pick(v, v.ops)
	}
	if q.op.op.Tags[0] != v.lastTag || v.chance(3) {
		v.lastTag = ""
	}
	q.method = q.op.method
	q.caller, q.who = v.somebody(q.op.permission)
	q.path = v.path(q.op.path) + v.query(q.op)
	v.headers(&q)
	if q.op.op.RequestBody != nil && !v.chance(2) {
		v.body(&q)
	}
	return q
}

// somebody is most often one who holds the permission, and of the government
// that the world is about.
func (v *wanderer) somebody(p authz.Permission) (*harness.Caller, string) {
	if p == authz.Public || v.chance(3) {
		return v.world.s.Nobody(), "nobody"
	}
	var may []authz.Role
	for _, r := range authz.Roles {
		if authz.ReachOf(r, p) > 0 {
			may = append(may, r)
		}
	}
	role := pick(v, authz.Roles)
	if v.chance(93) {
		role = pick(v, may)
	}
	if v.chance(10) {
		if v.strangers[role] == nil {
			v.strangers[role] = v.world.s.As(role, v.world.b)
		}
		return v.strangers[role], string(role) + " of the other government"
	}
	return v.world.caller(role), string(role)
}

func (v *wanderer) path(template string) string {
	parts := strings.Split(template, "/")
	for i, p := range parts {
		if name, isParam := strings.CutPrefix(p, "{"); isParam {
			parts[i] = url.PathEscape(v.identifier(strings.TrimSuffix(name, "}")))
		}
	}
	return strings.Join(parts, "/")
}

// identifier is one that exists, most often.
func (v *wanderer) identifier(param string) string {
	known := v.ids[param]
	switch {
	case v.lastID[param] != "" && v.chance(50):
		return v.lastID[param]
	case len(known) > 0 && !v.chance(3):
		return pick(v, known)
	}
	return pick(v, []string{"x", "0", "-1", nowhere, "..%2f", "a b", "é", strings.Repeat("9", 64)})
}

func (v *wanderer) query(op badOperation) string {
	q := url.Values{}
	for _, p := range op.params {
		if p.In != openapi3.ParameterInQuery || !p.Required && !v.chance(30) || p.Required && v.chance(3) {
			continue
		}
		for _, text := range v.texts(p.Name, p.Schema.Value, p.Example) {
			q.Add(p.Name, text)
		}
	}
	if v.chance(2) {
		q.Set("tenant_id", "2")
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// texts are the values of a parameter.
func (v *wanderer) texts(name string, s *openapi3.Schema, example any) []string {
	if example != nil && v.chance(40) {
		return []string{fmt.Sprint(example)}
	}
	x := v.value(name, s, 0)
	list, many := x.([]any)
	if !many {
		list = []any{x}
	}
	out := []string{}
	for _, y := range list {
		if f, isNumber := y.(float64); isNumber {
			y = strconv.FormatFloat(f, 'f', -1, 64)
		}
		out = append(out, fmt.Sprint(y))
	}
	return out
}

func (v *wanderer) headers(q *wish) {
	for _, p := range q.op.params {
		if p.In != openapi3.ParameterInHeader || !p.Required && !v.chance(60) || p.Required && v.chance(5) {
			continue
		}
		text := v.texts(p.Name, p.Schema.Value, p.Example)[0]
		switch p.Name {
		case "If-Match":
			if v.chance(70) {
				continue // the caller looks at the resource before, as people do
			}
			text = pick(v, []string{`"1"`, `"2"`, `"999999"`, `W/"1"`, "*", ""})
		case "If-None-Match":
			if tag := v.tags[strings.SplitN(q.path, "?", 2)[0]]; tag != "" && v.chance(75) {
				text = tag
			}
		case "Idempotency-Key":
			text = fmt.Sprintf("walk-%020d", v.rand.IntN(2000)) // some come twice, with the same body or another
		}
		q.header.Set(p.Name, printableASCII(text))
	}
	if v.chance(2) {
		q.header.Set("Accept", pick(v, []string{"image/png", "application/json;q=0", "text/csv, */*;q=0.1", "x"}))
	}
	if v.chance(10) {
		q.header.Set("Accept-Language", pick(v, []string{"en", "id", "fr", "en-GB,en;q=0.5", "x-klingon,,;q=2"}))
	}
}

// printableASCII is what the client library lets into a header.
func printableASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

func (v *wanderer) body(q *wish) {
	content := q.op.op.RequestBody.Value.Content
	media := pick(v, slices.Sorted(maps.Keys(content)))
	q.header.Set("Content-Type", media)
	if v.chance(1) {
		q.header.Set("Content-Type", "text/plain")
	}
	m := content[media]
	switch {
	case strings.HasSuffix(media, "json"):
		q.body = v.json(m)
	case strings.HasSuffix(media, "urlencoded"):
		form := url.Values{}
		for name, x := range v.fields(m.Schema.Value, 0) {
			form.Set(name, fmt.Sprint(x))
		}
		q.body = form.Encode()
	default:
		q.body = pick(v, []string{"", "NIP;Nama\n1;Siti\n", "PK\x03\x04", "%PDF-1.4", strings.Repeat("a;b\n", 500)})
	}
}

// json is most often an example or a value of the schema with one thing
// changed, so that it is let in or refused for one reason.
func (v *wanderer) json(m *openapi3.MediaType) string {
	s := m.Schema.Value
	x := v.value("", s, 0)
	if o, isObject := v.example(m).(map[string]any); isObject && v.chance(60) {
		o = v.ours(o, "").(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if v.chance(12) {
				o[name] = v.value(name, s.Properties[name].Value, 1)
			}
			if v.chance(6) {
				delete(o, name)
			}
		}
		x = o
	}
	if o, isObject := x.(map[string]any); isObject && v.chance(6) {
		v.spoil(o)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		v.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ours is an example with the identifiers of this world.
func (v *wanderer) ours(x any, name string) any {
	switch x := x.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			out[k] = v.ours(x[k], k)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = v.ours(y, strings.TrimSuffix(name, "s"))
		}
		return out
	case string:
		if strings.HasSuffix(name, "_id") {
			return v.reference(name)
		}
	}
	return x
}

// reference is an identifier for a field such as asn_id or superior_id.
func (v *wanderer) reference(field string) string {
	if len(v.ids[paramOf(field)]) > 0 {
		return v.identifier(paramOf(field))
	}
	return v.identifier(pick(v, []string{"asnId", "asnId", "asnId", "opdId", "mandateId", "caseId"}))
}

func (v *wanderer) example(m *openapi3.MediaType) any {
	list := []any{}
	if m.Example != nil {
		list = append(list, m.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
		list = append(list, m.Examples[name].Value.Value)
	}
	if len(list) == 0 {
		return nil
	}
	return pick(v, list)
}

// spoil makes one field impossible or adds one that nobody knows.
func (v *wanderer) spoil(o map[string]any) {
	name := "tenant_id"
	if names := slices.Sorted(maps.Keys(o)); len(names) > 0 && v.chance(80) {
		name = pick(v, names)
	}
	o[name] = pick(v, []any{nil, true, -1, 1e300, "", []any{}, map[string]any{}, []any{nil}, "a\u0000b", strings.Repeat("x", 3000)})
}

// maxNesting keeps schemas that contain themselves finite.
const maxNesting = 6

// value is a value of the schema; name is the field it is for.
func (v *wanderer) value(name string, s *openapi3.Schema, depth int) any {
	scalar := !s.Type.Is(openapi3.TypeObject) && !s.Type.Is(openapi3.TypeArray)
	if scalar && name != "" && v.chance(65) {
		if x, ok := v.word(name, s); ok {
			return x
		}
	}
	switch {
	case len(s.Enum) > 0:
		return pick(v, s.Enum)
	case len(s.AllOf) > 0:
		return v.allOf(s, depth)
	case len(s.OneOf) > 0:
		return v.value(name, pick(v, s.OneOf).Value, depth)
	case len(s.AnyOf) > 0:
		return v.value(name, pick(v, s.AnyOf).Value, depth)
	case s.Type.Is(openapi3.TypeObject):
		return v.fields(s, depth)
	case s.Type.Is(openapi3.TypeArray):
		return v.list(name, s, depth)
	case s.Type.Is(openapi3.TypeBoolean):
		return v.chance(50)
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		return v.number(s)
	}
	return v.text(name, s)
}

// word is a value seen before under that name that fits the schema.
func (v *wanderer) word(name string, s *openapi3.Schema) (any, bool) {
	if x, ok := v.lastWord[name]; ok && v.chance(40) && s.VisitJSON(x) == nil {
		return x, true
	}
	if known := v.words[name]; len(known) > 0 {
		x := pick(v, known)
		return x, s.VisitJSON(x) == nil
	}
	return nil, false
}

func (v *wanderer) allOf(s *openapi3.Schema, depth int) any {
	var last any
	out := map[string]any{}
	for _, part := range s.AllOf {
		last = v.value("", part.Value, depth)
		if o, isObject := last.(map[string]any); isObject {
			maps.Copy(out, o)
		}
	}
	if len(out) == 0 {
		return last
	}
	return out
}

func (v *wanderer) fields(s *openapi3.Schema, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		required := slices.Contains(s.Required, name)
		if !required && (depth > maxNesting || !v.chance(45)) || required && v.chance(1) {
			continue
		}
		out[name] = v.value(name, s.Properties[name].Value, depth+1)
	}
	return out
}

func (v *wanderer) list(name string, s *openapi3.Schema, depth int) []any {
	n := int(s.MinItems) + v.rand.IntN(3)
	if s.MaxItems != nil {
		if limit := int(*s.MaxItems); n > limit || v.chance(2) && limit <= 200 {
			n = limit
		}
	}
	out := []any{}
	for range n {
		out = append(out, v.value(strings.TrimSuffix(name, "s"), s.Items.Value, depth+1))
	}
	return out
}

func (v *wanderer) number(s *openapi3.Schema) any {
	low, high := -1e6, 1e6
	if s.Min != nil {
		low = *s.Min
	}
	if s.Max != nil {
		high = *s.Max
	}
	x := pick(v, []float64{low, high, low + float64(v.rand.IntN(10)), low + math.Floor(v.rand.Float64()*(high-low))})
	if s.Type.Is(openapi3.TypeInteger) {
		return int64(math.Min(x, high))
	}
	return x
}

// odd texts are harmless to whoever treats text as text.
var odd = []string{"", " ", "  ", "a", "'", `"`, `\`, "%", "_", "<script>", "=1+1", "é́", "\u202eABC", "😀", "\n", "\t", "null", "0", "-0",
	"Siti Aminah", "197001011990031001", "001/Reg/LP/PB/Kab/32.01/X/2024", "https://a.example/b?c=d", "2024-02-30", "١٢٣", "ı", "\ufeff"}

func (v *wanderer) text(name string, s *openapi3.Schema) string {
	switch s.Format {
	case "date":
		return v.day().Format("2006-01-02")
	case "date-time":
		return v.day().Add(time.Duration(v.rand.IntN(86400)) * time.Second).Format(time.RFC3339)
	}
	if strings.HasSuffix(name, "_id") {
		return v.reference(name)
	}
	limit := 200
	if s.MaxLength != nil {
		limit = int(*s.MaxLength)
	}
	text := pick(v, odd)
	switch {
	case v.chance(5):
		text = strings.Repeat("x", min(limit, 5000))
	case v.chance(5):
		text = strings.Repeat("é", min(limit, 5000))
	case v.chance(40):
		text = fmt.Sprintf("Kata %d", v.rand.IntN(1000))
	}
	if r := []rune(text); len(r) > limit {
		text = string(r[:limit])
	}
	for len(text) < int(s.MinLength) {
		text += "a"
	}
	return text
}

// day is one of the season, most often.
func (v *wanderer) day() time.Time {
	if v.chance(4) {
		return pick(v, []time.Time{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
			time.Date(1900, 2, 28, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)})
	}
	return time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, v.rand.IntN(1100))
}

// learn keeps what an answer tells, to ask with it later.
func (v *wanderer) learn(q wish, a *harness.Answer) {
	v.statuses[a.Status]++
	if a.Status >= http.StatusMultipleChoices {
		return
	}
	v.let[q.op.id] = true
	if q.method != http.MethodGet {
		v.lastTag = q.op.op.Tags[0]
	}
	if tag := a.Header.Get("ETag"); tag != "" {
		v.tags[strings.SplitN(q.path, "?", 2)[0]] = tag
	}
	if !strings.HasSuffix(a.Header.Get("Content-Type"), "json") {
		return
	}
	var x any
	a.Into(&x)
	v.remember(x, "", true)
	param := v.member[q.op.path]
	o, _ := x.(map[string]any)
	if param == "" || o == nil {
		return
	}
	v.rememberID(param, o["id"])
	items, _ := o["items"].([]any)
	for _, i := range items {
		if item, isObject := i.(map[string]any); isObject {
			v.rememberID(param, item["id"])
		}
	}
}

// remember walks a value and keeps its words by field; only identifiers of
// answers are kept, since those of examples are not in this world.
func (v *wanderer) remember(x any, name string, answered bool) {
	switch x := x.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			v.remember(x[k], k, answered)
		}
	case []any:
		for _, y := range x {
			v.remember(y, strings.TrimSuffix(name, "s"), answered)
		}
	case nil:
	default:
		if strings.HasSuffix(name, "id") {
			if answered {
				v.rememberID(paramOf(name), x)
			}
			return
		}
		v.words[name] = keep(v, v.words[name], x, rememberedWords)
		if answered {
			v.lastWord[name] = x
		}
	}
}

func (v *wanderer) rememberID(param string, x any) {
	if text, isText := x.(string); isText && text != "" && param != "Id" {
		v.ids[param] = keep(v, v.ids[param], text, rememberedIDs)
		v.lastID[param] = text
	}
}

// keep adds to a list, in the place of another when it is full.
func keep[T comparable](v *wanderer, list []T, x T, limit int) []T {
	switch {
	case slices.Contains(list, x):
	case len(list) < limit:
		list = append(list, x)
	default:
		list[v.rand.IntN(limit)] = x
	}
	return list
}

// report tells how far the walk came. One that was refused everywhere would
// prove nothing.
func (v *wanderer) report(seed uint64) {
	v.Helper()
	n := 0
	for _, count := range v.statuses {
		n += count
	}
	var never []string
	for _, op := range v.ops {
		if !v.let[op.id] {
			never = append(never, op.id)
		}
	}
	v.Logf("-walk.seed=%d: %d requests, %d of %d operations let in; by status: %v; never let in: %v", seed, n, len(v.ops)-len(never), len(v.ops), v.statuses, never)
	if n >= 5000 && len(never) > len(v.ops)/2 {
		v.Errorf("only %d of %d operations were ever let in", len(v.ops)-len(never), len(v.ops))
	}
}
