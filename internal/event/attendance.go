package event

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proof is what an entry of the attendance list rests on.
type Proof string

// The grades of proof.
const (
	ByCode      Proof = "code"             // the person's own check-in
	ByList      Proof = "list"             // kept at the event
	ByPaper     Proof = "paper"            // a signed list entered later
	ByStatement Proof = "office_statement" // of the unit's officer
)

// Attendance is one entry of the list.
type Attendance struct {
	Person        id.ID
	Entry         int32
	Name          string
	OPD           id.ID
	Mode          Mode
	Proof         Proof
	Note          string
	WalkIn        bool
	DelegateOf    *id.ID
	At            time.Time
	RecordedLater bool
	Struck        bool
	StrikeReason  string
	nameKey       string
}

// Line is what somebody says of one person.
type Line struct {
	Person id.ID
	Mode   Mode
}

// Outcome is what became of a line.
type Outcome string

// The outcomes. A person of another unit and one who is not there look the same
// (T-28).
const (
	Recorded  Outcome = "recorded"
	WalkIn    Outcome = "walk_in"
	Already   Outcome = "already"
	Struck    Outcome = "struck"
	WrongMode Outcome = "wrong_mode"
	NotFound  Outcome = "not_found"
)

// standing is what the list knows of a person before a line is taken.
type standing struct {
	OPD        id.ID // when invited, else today's
	Invited    bool
	DelegateOf *id.ID
	Stands     bool
	Entries    int32 // struck ones too
}

// judge makes entries of the lines that can be taken and tells what became of
// each. people are those the caller may record.
func (e Event) judge(lines []Line, people map[id.ID]standing) ([]Outcome, []Attendance) {
	out := make([]Outcome, len(lines))
	var entries []Attendance
	seen := map[id.ID]bool{}
	for i, l := range lines {
		p, known := people[l.Person]
		switch {
		case !known:
			out[i] = NotFound
		case p.Stands || seen[l.Person]:
			out[i] = Already
		case !e.Mode.offers(l.Mode):
			out[i] = WrongMode
		default:
			seen[l.Person] = true
			a := Attendance{Person: l.Person, Entry: p.Entries + 1, OPD: p.OPD, Mode: l.Mode, DelegateOf: p.DelegateOf,
				WalkIn: !p.Invited && p.DelegateOf == nil}
			out[i] = Recorded
			if a.WalkIn {
				out[i] = WalkIn
			}
			entries = append(entries, a)
		}
	}
	return out, entries
}

// early is how long before the beginning people may check in.
const early = time.Hour

// open refuses a check-in while the event does not run.
func (e Event) open(now time.Time) error {
	if e.State != Published && e.State != Held || now.Before(e.Starts.Add(-early)) || now.After(e.Ends) {
		return fault.New(fault.Conflict, "event.check_in_closed").Allowing(nil)
	}
	return nil
}

// codeAlphabet is Crockford's base32: no letter is mistaken for a digit.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeSymbols are 50 random bits: short enough to type in a hall. Guessing one
// takes an account and shows no more than one's own attendance.
const codeSymbols = 10

// newCode draws a check-in code.
func newCode() string {
	var b [codeSymbols]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	for i, v := range b {
		b[i] = codeAlphabet[v&31]
	}
	return string(b[:])
}

// printCode groups a code for a screen.
func printCode(code string) string { return code[:codeSymbols/2] + "-" + code[codeSymbols/2:] }

// plainCode reads a code as people type it.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(s))
}

// Invitee is a person invited, with what became of it.
type Invitee struct {
	Person      id.ID
	Name        string
	OPD         id.ID
	Mode        Mode
	Delegate    *id.ID
	Attended    Mode // empty when not
	Proof       Proof
	Represented bool
	Excused     bool
	nameKey     string
}

// Group is the statement about an office that watched together.
type Group struct {
	ID            id.ID
	OPD           id.ID
	Place         string
	Except        []id.ID
	Confirmed     int32
	Excepted      int32
	At            time.Time
	RecordedLater bool
}

// Count is the coverage of an event in a unit.
type Count struct {
	OPD         id.ID
	OPDName     string
	Invited     int32
	OnSite      int32
	Online      int32
	OfficeGroup int32
	Represented int32
	WalkIns     int32
	Excused     int32
	Unreached   int32
}

// SeriesCount is the coverage of a series in a unit.
type SeriesCount struct {
	OPD       id.ID
	OPDName   string
	InService int32
	Reached   int32
	Excused   int32
	Unreached int32
}

// Unreached is a person in service who attended no event of a series.
type Unreached struct {
	Person  id.ID
	Name    string
	OPD     id.ID
	Excused bool
	nameKey string
}

// Mine is an event from the caller's own side.
type Mine struct {
	Event      Event
	Invited    Mode // empty when not
	DelegateOf *id.ID
	Attended   Mode
	Proof      Proof
}
