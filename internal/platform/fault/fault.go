// Package fault is the only way to refuse something in Netral. A Fault carries
// a kind, which becomes the HTTP status in one table (package httpapi), a
// stable code such as "asn.not_found", and parameters; the texts people read
// live in package lang. What is not a Fault reaches the client as a 500 that
// says nothing but the request id.
package fault

import (
	"errors"
	"time"
)

// Kind groups faults by what the caller can do about them.
type Kind int

// The kinds, each with the HTTP status it becomes.
const (
	Shape                Kind = iota + 1 // 400: the request's form is wrong
	Unauthenticated                      // 401: no token or a bad one
	Forbidden                            // 403: not your kind of act
	NotFound                             // 404: not there, or not yours to know
	NotAcceptable                        // 406
	Conflict                             // 409: the present state does not allow it
	Gone                                 // 410
	Stale                                // 412: the version named is not the present one
	TooLarge                             // 413
	UnsupportedMedia                     // 415
	Rule                                 // 422: a rule of the field refuses it
	PreconditionRequired                 // 428
	TooMany                              // 429: wait, see RetryAfter
	Unavailable                          // 503: wait, see RetryAfter
)

// Params fill the placeholders of a code's text. Values must be safe to show:
// never a secret, never personal data of anybody but the caller's own input.
type Params map[string]any

// Field names one wrong field (Pointer, RFC 6901) or parameter of a request.
type Field struct {
	Pointer   string
	Parameter string
	Code      string
	Params    Params
}

// Fault is a refusal with a stable code.
type Fault struct {
	Kind   Kind
	Code   string
	Params Params
	// Fields lists every wrong field at once.
	Fields []Field
	// Source is the legal source of the rule that refused, for instance
	// "PP 94/2021 Pasal 31".
	Source string
	// AllowedSteps lists what the caller may do with the resource now; only
	// for a Conflict of state. It may be empty and still be shown.
	AllowedSteps []string
	// RetryAfter is how long to wait, for TooMany and Unavailable.
	RetryAfter time.Duration
	cause      error
}

// New makes a fault. kv are alternating names and values of Params.
func New(kind Kind, code string, kv ...any) *Fault {
	f := &Fault{Kind: kind, Code: code}
	for i := 0; i+1 < len(kv); i += 2 {
		if f.Params == nil {
			f.Params = Params{}
		}
		f.Params[kv[i].(string)] = kv[i+1]
	}
	return f
}

// Error gives the code and the cause, for logs; it is never shown to a client.
func (f *Fault) Error() string {
	if f.cause != nil {
		return f.Code + ": " + f.cause.Error()
	}
	return f.Code
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Because adds the cause, which is logged and never shown.
func (f *Fault) Because(err error) *Fault { f.cause = err; return f }

// Under names the legal source of the rule that refused.
func (f *Fault) Under(source string) *Fault { f.Source = source; return f }

// Allowing lists the steps that are open instead.
func (f *Fault) Allowing(steps []string) *Fault {
	f.AllowedSteps = append([]string{}, steps...)
	return f
}

// After says how long to wait before the next try.
func (f *Fault) After(d time.Duration) *Fault { f.RetryAfter = d; return f }

// At adds a wrong field of the body by its JSON Pointer.
func (f *Fault) At(pointer, code string, kv ...any) *Fault {
	f.Fields = append(f.Fields, Field{Pointer: pointer, Code: code, Params: New(f.Kind, code, kv...).Params})
	return f
}

// AtParameter adds a wrong query, path or header parameter.
func (f *Fault) AtParameter(name, code string, kv ...any) *Fault {
	f.Fields = append(f.Fields, Field{Parameter: name, Code: code, Params: New(f.Kind, code, kv...).Params})
	return f
}

// All tells of everything that was refused at once: one refusal is itself, several
// are a Rule that lists all of them. What is no refusal goes first.
func All(errs ...error) error {
	var refused []*Fault
	for _, err := range errs {
		f, ok := As(err)
		if err != nil && !ok {
			return err
		}
		if ok {
			refused = append(refused, f)
		}
	}
	switch len(refused) {
	case 0:
		return nil
	case 1:
		return refused[0]
	}
	all := New(Rule, "request.rules_broken")
	for _, f := range refused {
		if len(f.Fields) == 0 {
			all.Fields = append(all.Fields, Field{Code: f.Code, Params: f.Params})
		}
		all.Fields = append(all.Fields, f.Fields...)
	}
	return all
}

// As finds the fault in err's chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is reports whether err carries the code.
func Is(err error, code string) bool {
	f, ok := As(err)
	return ok && f.Code == code
}

// Missing is the one 404: not there and not yours to know look the same (T-14).
func Missing() *Fault { return New(NotFound, "request.not_found") }
