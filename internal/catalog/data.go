package catalog

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/netral-asn/netral/internal/platform/day"
)

//go:embed data/*.csv
var embedded embed.FS

// Before and after the kind's own columns every file has these.
var (
	headColumns = []string{"code", "name_id", "name_en", "note_id", "note_en"}
	tailColumns = []string{
		"valid_from", "valid_until", "suspended_from", "replaced_by",
		"legal_basis", "legal_sources", "source_id", "source_en", "confidence",
	}
	codeForm = regexp.MustCompile(`^[a-z0-9]+([_.][a-z0-9]+)*$`)
)

// maxText bounds a text in a kind's own fields.
const maxText = 500

// Data is a checked set of rows.
type Data struct {
	rows map[Kind][]Row
}

// National gives the rows that come with the program. They are read once;
// an error means that a file in data/ is wrong, which a test would have shown.
var National = sync.OnceValues(func() (*Data, error) {
	files, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	return Load(files)
})

// Kinds lists the kinds in alphabetical order.
func Kinds() []Kind {
	out := make([]Kind, 0, len(schemas))
	for k := range schemas {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Rows gives the rows of a kind in the order of the file.
func (d *Data) Rows(k Kind) []Row { return slices.Clone(d.rows[k]) }

// All gives every row, by kind.
func (d *Data) All() []Row {
	var out []Row
	for _, k := range Kinds() {
		out = append(out, d.rows[k]...)
	}
	return out
}

// Find gives the row of a code that holds on a day, suspended or not.
func (d *Data) Find(k Kind, code string, on day.Day) (Row, bool) {
	for _, r := range d.rows[k] {
		if r.Code == code && r.On(on) {
			return r, true
		}
	}
	return Row{}, false
}

// has reports whether a code exists in a kind on any day.
func (d *Data) has(k Kind, code string) bool {
	return slices.ContainsFunc(d.rows[k], func(r Row) bool { return r.Code == code })
}

// Load reads one file per kind and checks all of them together; every mistake
// is reported, not only the first.
func Load(files fs.FS) (*Data, error) {
	d := &Data{rows: map[Kind][]Row{}}
	var bad []error
	for _, k := range Kinds() {
		rows, err := readFile(files, k)
		d.rows[k] = rows
		bad = append(bad, err)
	}
	if err := errors.Join(bad...); err != nil {
		return nil, err
	}
	for _, r := range d.All() {
		bad = append(bad, Check(r, d.has))
	}
	for _, k := range Kinds() {
		bad = append(bad, Overlap(d.rows[k]))
	}
	if err := errors.Join(bad...); err != nil {
		return nil, err
	}
	return d, nil
}

func readFile(files fs.FS, k Kind) ([]Row, error) {
	s := schemas[k]
	name := s.file + ".csv"
	f, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("catalog: %s: %w", name, err)
	}
	want := columns(s)
	if len(lines) == 0 || !slices.Equal(lines[0], want) {
		return nil, fmt.Errorf("catalog: %s: the first line must be %s", name, strings.Join(want, ","))
	}
	var rows []Row
	var bad []error
	for i, line := range lines[1:] {
		r, err := readRow(k, s, line)
		if err != nil {
			bad = append(bad, fmt.Errorf("catalog: %s: record %d: %w", name, i+2, err))
			continue
		}
		rows = append(rows, r)
	}
	return rows, errors.Join(bad...)
}

func columns(s schema) []string {
	out := slices.Clone(headColumns)
	for _, f := range s.fields {
		out = append(out, f.name)
	}
	return append(out, tailColumns...)
}

func readRow(k Kind, s schema, line []string) (Row, error) {
	cell := map[string]string{}
	for i, c := range columns(s) {
		cell[c] = line[i]
	}
	r := Row{
		Kind: k, Code: cell["code"],
		NameID: cell["name_id"], NameEN: cell["name_en"], NoteID: cell["note_id"], NoteEN: cell["note_en"],
		ReplacedBy: split(cell["replaced_by"]), LegalBasis: cell["legal_basis"], LegalSources: split(cell["legal_sources"]),
		SourceID: cell["source_id"], SourceEN: cell["source_en"], Confidence: Confidence(cell["confidence"]),
	}
	var bad []error
	for column, into := range map[string]*day.Day{"valid_from": &r.ValidFrom, "valid_until": &r.ValidUntil, "suspended_from": &r.SuspendedFrom} {
		if err := into.UnmarshalText([]byte(cell[column])); err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", column, err))
		}
	}
	for _, f := range s.fields {
		if cell[f.name] == "" {
			continue
		}
		v, err := f.read(cell[f.name])
		if err != nil {
			bad = append(bad, err)
			continue
		}
		if r.Data == nil {
			r.Data = map[string]any{}
		}
		r.Data[f.name] = v
	}
	return r, errors.Join(bad...)
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

// read turns a cell into the form Data keeps.
func (f field) read(s string) (any, error) {
	switch f.is {
	case list:
		return split(s), nil
	case integer:
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a whole number", f.name, s)
		}
		return n, nil
	case boolean:
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%s: %q is neither true nor false", f.name, s)
		}
		return s == "true", nil
	}
	return s, nil
}

// Mistake is one thing wrong with a row. Field is the JSON name, with "data."
// before a kind's own; Reason is one of required, form, too_long,
// unknown_field, not_allowed, not_found, twice, inverted, overlaps.
type Mistake struct {
	Kind   Kind
	Code   string
	Field  string
	Reason string
	Value  string
}

// Error tells where the mistake is.
func (m Mistake) Error() string {
	return fmt.Sprintf("catalog: %s %q: %s: %s %s", m.Kind, m.Code, m.Field, m.Reason, m.Value)
}

// Check holds one row to the rules of its kind: nothing unknown, nothing
// missing, both languages, a source, a confidence, and references that has
// knows. It reports every Mistake, joined.
func Check(r Row, has func(k Kind, code string) bool) error {
	c := &checker{row: r, has: has}
	s, ok := schemas[r.Kind]
	if !ok {
		c.bad("kind", "not_found", string(r.Kind))
		return c.err()
	}
	c.common()
	c.own(s)
	return c.err()
}

type checker struct {
	row      Row
	has      func(Kind, string) bool
	mistakes []error
}

func (c *checker) bad(field, reason, value string) {
	c.mistakes = append(c.mistakes, Mistake{Kind: c.row.Kind, Code: c.row.Code, Field: field, Reason: reason, Value: value})
}

func (c *checker) err() error { return errors.Join(c.mistakes...) }

func (c *checker) common() {
	r := c.row
	if !codeForm.MatchString(r.Code) {
		c.bad("code", "form", r.Code)
	}
	for _, f := range []struct{ name, text string }{
		{"name_id", r.NameID}, {"name_en", r.NameEN}, {"source_id", r.SourceID}, {"source_en", r.SourceEN},
	} {
		if strings.TrimSpace(f.text) == "" {
			c.bad(f.name, "required", "")
		}
	}
	if (r.NoteID == "") != (r.NoteEN == "") {
		c.bad("note_id", "required", "a note needs both languages")
	}
	if !slices.Contains([]Confidence{High, Medium, Low}, r.Confidence) {
		c.bad("confidence", "not_allowed", string(r.Confidence))
	}
	if !r.ValidUntil.IsZero() && r.ValidUntil.Before(r.ValidFrom) {
		c.bad("valid_until", "inverted", r.ValidUntil.String())
	}
	if !r.SuspendedFrom.IsZero() && !r.On(r.SuspendedFrom) {
		c.bad("suspended_from", "inverted", r.SuspendedFrom.String())
	}
	c.references("replaced_by", r.ReplacedBy, []Kind{r.Kind})
	c.references("legal_sources", r.LegalSources, []Kind{LegalSourceKind})
}

func (c *checker) references(field string, codes []string, kinds []Kind) {
	for _, code := range codes {
		if !slices.ContainsFunc(kinds, func(k Kind) bool { return c.has(k, code) }) {
			c.bad(field, "not_found", code)
		}
	}
}

func (c *checker) own(s schema) {
	for name := range c.row.Data {
		if !slices.ContainsFunc(s.fields, func(f field) bool { return f.name == name }) {
			c.bad("data."+name, "unknown_field", "")
		}
	}
	for _, f := range s.fields {
		v, there := c.row.Data[f.name]
		if !there {
			if f.required {
				c.bad("data."+f.name, "required", "")
			}
			continue
		}
		c.field(f, v)
	}
	if from, until := c.day("starts_on"), c.day("ends_on"); !until.IsZero() && until.Before(from) {
		c.bad("data.ends_on", "inverted", until.String())
	}
}

func (c *checker) field(f field, v any) {
	values, ok := f.values(v)
	if !ok {
		c.bad("data."+f.name, "form", fmt.Sprint(v))
		return
	}
	for i, s := range values {
		if slices.Contains(values[:i], s) {
			c.bad("data."+f.name, "twice", s)
		}
		if len(s) > maxText {
			c.bad("data."+f.name, "too_long", "")
		}
		if f.oneOf != nil && !slices.Contains(f.oneOf, s) {
			c.bad("data."+f.name, "not_allowed", s)
		}
		if f.like != nil && !f.like.MatchString(s) {
			c.bad("data."+f.name, "form", s)
		}
	}
	if f.atMost > 0 && above(v, f.atMost) {
		c.bad("data."+f.name, "not_allowed", fmt.Sprint(v))
	}
	if f.refs != nil {
		c.references("data."+f.name, values, f.refs)
	}
}

// values gives what a field holds as texts; ok is false when its type is not
// the field's. Data from the database has passed through JSON, so lists may be
// []any and numbers float64.
func (f field) values(v any) (values []string, ok bool) {
	switch f.is {
	case text:
		s, ok := v.(string)
		return []string{s}, ok && s != ""
	case date:
		s, _ := v.(string)
		_, err := day.Parse(s)
		return nil, err == nil
	case boolean:
		_, ok := v.(bool)
		return nil, ok
	case integer:
		return nil, isWhole(v)
	}
	return texts(v)
}

func isWhole(v any) bool {
	switch n := v.(type) {
	case int:
		return n >= 0
	case float64:
		return n >= 0 && n == math.Trunc(n) && n <= math.MaxInt32
	case json.Number:
		i, err := strconv.Atoi(n.String())
		return err == nil && i >= 0
	}
	return false
}

// above reports whether a whole number is more than a limit.
func above(v any, limit int) bool {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	return err == nil && n > float64(limit)
}

func texts(v any) ([]string, bool) {
	if list, ok := v.([]string); ok {
		return list, len(list) > 0 && !slices.Contains(list, "")
	}
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, false
	}
	out := make([]string, 0, len(list))
	for _, e := range list {
		s, ok := e.(string)
		if !ok || s == "" {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

func (c *checker) day(name string) day.Day {
	s, _ := c.row.Data[name].(string)
	d, err := day.Parse(s)
	if err != nil {
		return day.Day{}
	}
	return d
}

// Overlap reports codes that two rows give for the same day. All rows must be
// of one kind and of one government.
func Overlap(rows []Row) error {
	sorted := slices.Clone(rows)
	sort.SliceStable(sorted, func(i, j int) bool {
		if sorted[i].Code != sorted[j].Code {
			return sorted[i].Code < sorted[j].Code
		}
		return sorted[i].ValidFrom.Before(sorted[j].ValidFrom)
	})
	var bad []error
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		if a.Code == b.Code && (a.ValidUntil.IsZero() || !a.ValidUntil.Before(b.ValidFrom)) {
			bad = append(bad, Mistake{Kind: b.Kind, Code: b.Code, Field: "valid_from", Reason: "overlaps", Value: b.ValidFrom.String()})
		}
	}
	return errors.Join(bad...)
}
