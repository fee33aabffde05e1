package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	netral "github.com/netral-asn/netral"
	"github.com/netral-asn/netral/internal/httpapi"
)

// conforming stands before the server's handler and holds every answer against
// the contract, whoever asked: a test's caller, a generated client, a browser.
// What is outside the contract fails the test: a status, a header or a content
// type that the operation does not list, a promised header that is missing, a
// body of another shape or with fields the contract does not know.
func conforming(t testing.TB, h http.Handler, outside *atomic.Int64) http.Handler {
	if _, measuring := t.(*testing.B); measuring {
		return h
	}
	c, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, httpapi.Base+"/") {
			h.ServeHTTP(w, r)
			return
		}
		method, path := r.Method, strings.TrimPrefix(r.URL.EscapedPath(), httpapi.Base)
		rec := &recorder{ResponseWriter: w}
		h.ServeHTTP(rec, r)
		if rec.status == 0 {
			return // the connection was taken over or cut
		}
		for _, fault := range c.faults(method, path, rec) {
			outside.Add(1)
			t.Errorf("%s %s answered %d outside the contract: %s\n%.2000s", method, path, rec.status, fault, rec.body.String())
		}
	})
}

// recorder keeps a copy of the answer. Files are kept by their beginning alone.
type recorder struct {
	http.ResponseWriter
	status  int
	header  http.Header
	body    bytes.Buffer
	written int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status, r.header = status, r.Header().Clone()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	r.written += len(b)
	if r.json() {
		r.body.Write(b)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) media() string {
	m, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	return m
}

func (r *recorder) json() bool { return strings.HasSuffix(r.media(), "json") }

// promises is the contract as answers are held against it.
type promises struct {
	byLength map[int][]template
	// everywhere are the headers that any answer may carry.
	everywhere openapi3.Headers
	problem    *openapi3.Schema
}

// template is a path of the contract.
type template struct {
	segments []string
	item     *openapi3.PathItem
}

// transport are headers of HTTP itself, no part of any contract.
var transport = []string{"Content-Type", "Content-Length", "Date", "Connection", "Vary", "Allow"}

// kept are headers that are always there where they are listed. The contract
// does not call them required, since generated servers then take an empty one
// for none.
var kept = []string{"ETag", "Location", "Content-Disposition"}

var contract = sync.OnceValues(func() (*promises, error) {
	doc, err := openapi3.NewLoader().LoadFromData(netral.Contract)
	if err != nil {
		return nil, err
	}
	p := &promises{byLength: map[int][]template{}, everywhere: openapi3.Headers{}, problem: doc.Components.Schemas["Problem"].Value}
	for path, item := range doc.Paths.Map() {
		s := strings.Split(path, "/")
		p.byLength[len(s)] = append(p.byLength[len(s)], template{s, item})
	}
	names, _ := doc.Extensions["x-headers-everywhere"].(map[string]any)
	for name, ref := range names {
		link, _ := ref.(map[string]any)
		component := strings.TrimPrefix(fmt.Sprint(link["$ref"]), "#/components/headers/")
		h := doc.Components.Headers[component]
		if h == nil {
			return nil, fmt.Errorf("x-headers-everywhere: no component %q", component)
		}
		p.everywhere[name] = h
	}
	return p, nil
})

// template is the one of the contract that a path belongs to; its item is nil
// when there is none.
func (p *promises) template(path string) template {
	segments := strings.Split(path, "/")
	var best template
	for _, t := range p.byLength[len(segments)] {
		if t.matches(segments) && (best.item == nil || t.words() > best.words()) { // a word before a parameter
			best = t
		}
	}
	return best
}

func (t template) matches(segments []string) bool {
	for i, s := range t.segments {
		if !strings.HasPrefix(s, "{") && s != segments[i] || strings.HasPrefix(s, "{") && segments[i] == "" {
			return false
		}
	}
	return true
}

// words counts the segments that are no parameters.
func (t template) words() (n int) {
	for _, s := range t.segments {
		if !strings.HasPrefix(s, "{") {
			n++
		}
	}
	return n
}

// faults tells all that is outside the contract in an answer.
func (p *promises) faults(method, path string, a *recorder) []string {
	lookup := method
	if method == http.MethodHead {
		lookup = http.MethodGet
	}
	item := p.template(path).item
	if item == nil || item.GetOperation(lookup) == nil {
		return p.unrouted(method, item, a)
	}
	ref := item.GetOperation(lookup).Responses.Value(strconv.Itoa(a.status))
	if ref == nil {
		return []string{"the status is not listed"}
	}
	return append(p.headerFaults(ref.Value.Headers, a), bodyFaults(ref.Value.Content, a, method == http.MethodHead)...)
}

// unrouted holds the router's own answers to their one form.
func (p *promises) unrouted(method string, item *openapi3.PathItem, a *recorder) []string {
	switch {
	case method == http.MethodOptions && a.status == http.StatusNoContent:
		return nil // a browser asks beforehand
	case item == nil && a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed:
		return []string{"there is no such path, so 404 is the answer"}
	case item != nil && a.status != http.StatusMethodNotAllowed:
		return []string{"there is no such method, so 405 is the answer"}
	case a.status == http.StatusMethodNotAllowed && a.header.Get("Allow") == "":
		return []string{"a 405 names the methods in Allow"}
	case method == http.MethodHead:
		return nil
	}
	content := openapi3.Content{"application/problem+json": {Schema: &openapi3.SchemaRef{Value: p.problem}}}
	return append(p.headerFaults(nil, a), bodyFaults(content, a, false)...)
}

func (p *promises) headerFaults(promised openapi3.Headers, a *recorder) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		h := header(promised, name)
		if h == nil {
			h = header(p.everywhere, name)
		}
		switch {
		case slices.Contains(transport, name) || strings.HasPrefix(name, "Access-Control-"):
		case h == nil:
			out = append(out, "header "+name+" is not listed")
		default:
			for _, v := range a.header[name] {
				if err := headerValue(h, v); err != nil {
					out = append(out, fmt.Sprintf("header %s: %s: %v", name, v, err))
				}
			}
		}
	}
	for name, h := range promised {
		if (h.Value.Required || slices.Contains(kept, name)) && a.header.Get(name) == "" {
			out = append(out, "header "+name+" is promised and not there")
		}
	}
	return out
}

func header(list openapi3.Headers, name string) *openapi3.Header {
	for n, h := range list {
		if strings.EqualFold(n, name) {
			return h.Value
		}
	}
	return nil
}

func headerValue(h *openapi3.Header, text string) error {
	s := h.Schema.Value
	if s.Type.Is(openapi3.TypeInteger) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("no integer")
		}
		return s.VisitJSON(float64(n))
	}
	return s.VisitJSON(text)
}

func bodyFaults(content openapi3.Content, a *recorder, head bool) []string {
	switch {
	case head && a.written > 0:
		return []string{"HEAD has a body"}
	case head:
		return nil
	case len(content) == 0 && a.written > 0:
		return []string{"a body where none is listed"}
	case len(content) == 0:
		return nil
	}
	m := content[a.media()]
	if m == nil {
		return []string{fmt.Sprintf("content type %q is not listed", a.header.Get("Content-Type"))}
	}
	if !a.json() {
		return nil
	}
	var v any
	if err := json.Unmarshal(a.body.Bytes(), &v); err != nil {
		return []string{"no JSON: " + err.Error()}
	}
	var out []string
	if err := m.Schema.Value.VisitJSON(v, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.EnableFormatValidation()); err != nil {
		out = append(out, err.Error())
	}
	return append(out, strangers(m.Schema.Value, v, "")...)
}

// strangers finds fields that the contract does not know. Schemas of answers
// are open, so that clients take what a later version adds; this version must
// name what it sends.
func strangers(s *openapi3.Schema, v any, at string) []string {
	switch v := v.(type) {
	case map[string]any:
		return strangeFields(s, v, at)
	case []any:
		var out []string
		if items := itemsOf(s); items != nil {
			for i, x := range v {
				out = append(out, strangers(items, x, at+"/"+strconv.Itoa(i))...)
			}
		}
		return out
	}
	return nil
}

func strangeFields(s *openapi3.Schema, v map[string]any, at string) []string {
	known := map[string]*openapi3.Schema{}
	if free := fields(s, known); free {
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if known[name] == nil {
			out = append(out, "field "+at+"/"+name+" is not in the contract")
			continue
		}
		out = append(out, strangers(known[name], v[name], at+"/"+name)...)
	}
	return out
}

// fields gathers the properties of a schema and of what it is made of, and
// reports whether it takes any others on purpose.
func fields(s *openapi3.Schema, into map[string]*openapi3.Schema) (free bool) {
	for name, p := range s.Properties {
		into[name] = p.Value
	}
	free = s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has
	for _, list := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		for _, x := range list {
			free = fields(x.Value, into) || free
		}
	}
	return free
}

func itemsOf(s *openapi3.Schema) *openapi3.Schema {
	if s.Items != nil {
		return s.Items.Value
	}
	for _, list := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		for _, x := range list {
			if i := itemsOf(x.Value); i != nil {
				return i
			}
		}
	}
	return nil
}
