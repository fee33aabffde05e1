package doctor

import (
	"cmp"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
)

// Code names a kind of fault: `<resource>.<what>`.
type Code string

// Severity tells how bad it is.
type Severity string

// The severities. Severe loses a report or a deadline if nothing is done;
// a warning will become severe, or makes the work of people harder.
const (
	Severe  Severity = "severe"
	Warning Severity = "warning"
)

// About is what a check looks at.
type About int

// What checks look at: each government by itself, or the installation.
const (
	Government About = iota + 1
	Installation
)

// Check finds one kind of fault.
type Check struct {
	Code     Code
	Severity Severity
	About    About
	// Operation and Command name what mends it: an operation of the contract, a
	// command of the program; either may be empty.
	Operation, Command string
	// Find gives what is wrong just now, at most Most of it.
	Find func(*db.Tx, Question) ([]Found, error)
}

// Most is how many findings of one kind are told; who mends some sees the rest.
const Most = 100

// Question is what a check is asked.
type Question struct {
	// Today is the legal day.
	Today day.Day
	// Soon is the last day of what is to be announced: what ends by then.
	Soon day.Day
}

// notice is how long before its end something is announced.
const notice = 30

// On makes the question of a day.
func On(today day.Day) Question { return Question{Today: today, Soon: today.AddDays(notice)} }

// Found is one fault. The zero value is a fault of the whole.
type Found struct {
	// Object is what is at fault, and Path where it is read, below the base of
	// the API.
	Object id.ID
	Path   string
	// Since is the day since when, where it is known.
	Since day.Day
	// Params fill the texts.
	Params fault.Params
}

// Once is what most checks answer: one fault of the whole, or none.
func Once(wrong bool, p fault.Params) []Found {
	if !wrong {
		return nil
	}
	return []Found{{Params: p}}
}

// Counted is one fault of the whole that says how many.
func Counted(n int) []Found { return Once(n > 0, fault.Params{"count": n}) }

// Finding is a fault with what its check knows of it.
type Finding struct {
	Found
	Code               Code
	Severity           Severity
	Operation, Command string
}

func (c Check) finding(f Found) Finding {
	return Finding{Found: f, Code: c.Code, Severity: c.Severity, Operation: c.Operation, Command: c.Command}
}

// Report is what was found in one place at one time.
type Report struct {
	// Government is the one that was examined; nil for the installation.
	Government *id.ID
	At         time.Time
	Findings   []Finding
}

// Severe reports whether something would be lost if nothing is done.
func (r Report) Severe() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Severe })
}

// Title tells what is wrong.
func (f Finding) Title(l lang.Lang) string { return lang.Text(l, "finding."+string(f.Code), f.Params) }

// Risk tells what would be lost.
func (f Finding) Risk(l lang.Lang) string { return lang.Text(l, "risk."+string(f.Code), f.Params) }

// Remedy tells what to do.
func (f Finding) Remedy(l lang.Lang) string { return lang.Text(l, "remedy."+string(f.Code), f.Params) }

// order puts the severe first, then by code, then by object.
func order(a, b Finding) int {
	if a.Severity != b.Severity {
		if a.Severity == Severe {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	return slices.Compare(a.Object[:], b.Object[:])
}
