package application

import (
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// State is how far an application is.
type State string

// The states.
const (
	Submitted State = "submitted"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Lapsed    State = "lapsed" // nobody decided in time
)

// life is how many days an application waits for a decision before it lapses.
const life = 90

// Applicant is who asked, and how they are reached; empty once it is decided.
type Applicant struct{ Name, Position, Email, Phone string }

// Application is one government's wish for a space.
type Application struct {
	ID    id.ID
	State State
	// Wanted is the government as it would present itself; the rest of it is
	// empty.
	Wanted government.Government
	// Letter and LetterOn are the official letter that vouches for the wish, as
	// printed; it comes to the installation by other means.
	Letter     string
	LetterOn   day.Day
	Applicant  Applicant
	Note       string
	Submitted  day.Day
	Decided    *day.Day
	DecidedBy  *id.ID
	Reason     string // of a rejection
	Government *id.ID // that was opened
	Version    int32
}

// kinds tell which form of region code each kind of government has: a province
// two digits, a regency PP.01 to PP.69, a city PP.71 and above (Permendagri
// 72/2019 and its successors).
func fits(kind, code string) bool {
	if len(code) == 2 {
		return kind == "province"
	}
	if code[3] >= '7' {
		return kind == "city"
	}
	return kind == "regency"
}

// check holds a new application to its rules.
func (a Application) check(today day.Day) error {
	f := fault.New(fault.Rule, "application.invalid")
	if !fits(a.Wanted.Kind, a.Wanted.Code) {
		f.At("/code", "application.code_unfit")
	}
	if a.LetterOn.After(today) {
		f.At("/letter_on", "application.letter_in_future")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// at is the application on a day: one that nobody decided lapses.
func (a Application) at(today day.Day) Application {
	if a.State != Submitted || !today.After(a.Submitted.AddDays(life)) {
		return a
	}
	over := a.Submitted.AddDays(life)
	return a.close(Lapsed, over)
}

// close ends it, and forgets who asked.
func (a Application) close(to State, on day.Day) Application {
	a.State, a.Decided, a.Applicant, a.Note = to, &on, Applicant{}, ""
	a.Version++
	return a
}

// decide refuses a decision where there is none to take.
func (a Application) decide() error {
	if a.State == Submitted {
		return nil
	}
	return fault.New(fault.Conflict, "application.decided").Allowing([]string{})
}

// steps lists what who may decide can do.
func (a Application) steps(mayDecide bool) []string {
	if a.State != Submitted || !mayDecide {
		return []string{}
	}
	return []string{"approval", "rejection"}
}
