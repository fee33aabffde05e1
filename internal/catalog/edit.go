package catalog

import (
	"errors"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Entry is a row as it is kept and edited.
type Entry struct {
	Row
	// Government whose own row it is, nil for a national one.
	Government    *id.ID
	RecordedLater bool
	// WithdrawnAt is set on a row that never was true; it holds on no day.
	WithdrawnAt  *time.Time
	Verification *Verification
}

// Verification says who held a row against its source, and when.
type Verification struct {
	Row id.ID
	By  id.ID
	At  time.Time
	// Note says what it was compared with.
	Note string
	// National is set when the installation did it, not the government.
	National bool
}

// Editor is who would change a row.
type Editor struct {
	Tenant   int32
	MayWrite bool
}

// Steps lists what an editor may do with the row: anybody who writes may verify
// any row, only its owner closes or withdraws it.
func (e Entry) Steps(by Editor) []string {
	if !by.MayWrite || e.WithdrawnAt != nil {
		return []string{}
	}
	if e.Tenant != by.Tenant {
		return []string{"verification"}
	}
	if e.ValidUntil.IsZero() {
		return []string{"closing", "withdrawal", "verification"}
	}
	return []string{"withdrawal", "verification"}
}

// close gives a row its last day.
func (e Entry) close(by Editor, last day.Day) error {
	if err := e.changeable(by); err != nil {
		return err
	}
	if !e.ValidUntil.IsZero() {
		return fault.New(fault.Conflict, "reference.closed").Allowing(e.Steps(by))
	}
	if last.Before(e.ValidFrom) {
		return fault.New(fault.Rule, "reference.period_inverted").At("/last_day", "reference.period_inverted")
	}
	return nil
}

func (e Entry) changeable(by Editor) error {
	if e.Tenant != by.Tenant {
		return fault.New(fault.Conflict, "reference.national").Allowing(e.Steps(by))
	}
	if e.WithdrawnAt != nil {
		return fault.New(fault.Conflict, "reference.withdrawn").Allowing(e.Steps(by))
	}
	return nil
}

// known reports whether there is such a kind.
func (k Kind) known() bool { _, ok := schemas[k]; return ok }

// addable reports whether rows of the kind may be added at all; a kind that is
// none is missing.
func (k Kind) addable() error {
	s, ok := schemas[k]
	if !ok {
		return fault.Missing()
	}
	if s.fixed {
		return fault.New(fault.Rule, "reference.kind_fixed")
	}
	return nil
}

// reasons turns the reason of a Mistake into the code of a wrong field.
var reasons = map[string]func(*fault.Fault, string){
	"required":      func(f *fault.Fault, at string) { f.At(at, "field.required") },
	"form":          func(f *fault.Fault, at string) { f.At(at, "reference.form") },
	"too_long":      func(f *fault.Fault, at string) { f.At(at, "field.too_long", "limit", maxText) },
	"unknown_field": func(f *fault.Fault, at string) { f.At(at, "field.unknown") },
	"not_allowed":   func(f *fault.Fault, at string) { f.At(at, "reference.not_allowed") },
	"not_found":     func(f *fault.Fault, at string) { f.At(at, "reference.not_found") },
	"twice":         func(f *fault.Fault, at string) { f.At(at, "reference.twice") },
	"inverted":      func(f *fault.Fault, at string) { f.At(at, "reference.period_inverted") },
}

// refusal names every mistake of a row at once.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	f := fault.New(fault.Rule, "reference.invalid")
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, one := range all {
		var m Mistake
		if !errors.As(one, &m) || reasons[m.Reason] == nil {
			return err
		}
		reasons[m.Reason](f, pointer(m.Field))
	}
	return f
}

// pointers are the fields that the contract calls otherwise than a file does.
var pointers = map[string]string{"name_id": "/name/id", "name_en": "/name/en", "note_id": "/note/id", "note_en": "/note/en",
	"source_id": "/source/id", "source_en": "/source/en"}

func pointer(name string) string {
	if p, ok := pointers[name]; ok {
		return p
	}
	const own = "data."
	if len(name) > len(own) && name[:len(own)] == own {
		return "/data/" + name[len(own):]
	}
	return "/" + name
}

// FieldSpec describes a kind's own field, for those who fill it.
type FieldSpec struct {
	Name string
	// Type: text, codes, integer, boolean, date.
	Type     string
	Required bool
	// Allowed values, or CodesOf the kinds whose codes are allowed; both may
	// be empty.
	Allowed []string
	CodesOf []Kind
}

// KindSpec describes a kind.
type KindSpec struct {
	Kind   Kind
	Fixed  bool
	Fields []FieldSpec
}

var typeNames = map[value]string{text: "text", list: "codes", integer: "integer", boolean: "boolean", date: "date"}

// Specs describes every kind, in alphabetical order.
func Specs() []KindSpec {
	out := make([]KindSpec, 0, len(schemas))
	for _, k := range Kinds() {
		s := schemas[k]
		spec := KindSpec{Kind: k, Fixed: s.fixed, Fields: []FieldSpec{}}
		for _, f := range s.fields {
			spec.Fields = append(spec.Fields, FieldSpec{Name: f.name, Type: typeNames[f.is], Required: f.required, Allowed: f.oneOf, CodesOf: f.refs})
		}
		out = append(out, spec)
	}
	return out
}
