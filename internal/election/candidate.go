package election

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// Status says what somebody is in an election.
type Status string

// The statuses.
const (
	// Prospective is a bakal calon: spoken of or registered.
	Prospective Status = "prospective"
	// Determined is a calon, determined by the KPU.
	Determined Status = "determined"
	// NotDetermined was found not eligible.
	NotDetermined Status = "not_determined"
	// Withdrawn withdrew, died or was annulled.
	Withdrawn Status = "withdrawn"
)

// statusSteps is the way a candidacy goes. A court may bring back whoever was
// not determined or was annulled.
var statusSteps = map[Status][]Status{
	Prospective:   {Determined, NotDetermined, Withdrawn},
	Determined:    {Withdrawn},
	NotDetermined: {Determined, Withdrawn},
	Withdrawn:     {Prospective, Determined},
}

// CanBecome reports whether one status may follow another.
func (s Status) CanBecome(next Status) bool { return slices.Contains(statusSteps[s], next) }

// StatusChange is a status and the first day on which it holds.
type StatusChange struct {
	Status Status
	From   day.Day
}

// StatusOn gives the status on a day, and "" before the first one. The order of
// changes does not matter.
func StatusOn(changes []StatusChange, on day.Day) Status {
	var found StatusChange
	for _, c := range changes {
		if !c.From.After(on) && !c.From.Before(found.From) {
			found = c
		}
	}
	return found.Status
}

// Candidate is a ticket, a party or a person that is voted on, or may come to be.
type Candidate struct {
	ID       id.ID
	Election id.ID
	Contest  string
	// RegionCode is the area voted in, empty for the nation.
	RegionCode string
	// Number on the ballot, 0 until it is drawn.
	Number     int32
	Name       string
	DeputyName string
	Parties    string
	Statuses   []StatusEntry // oldest first
	Version    int32
}

// StatusEntry is a status as it was recorded.
type StatusEntry struct {
	StatusChange
	Source        string
	RecordedLater bool
}

// StatusOn gives the candidate's status on a day, and "" before the first.
func (c Candidate) StatusOn(on day.Day) Status { return StatusOn(c.changes(), on) }

// Since is the first day of the status that holds on a day.
func (c Candidate) Since(on day.Day) (since day.Day) {
	for _, s := range c.Statuses {
		if !s.From.After(on) {
			since = s.From
		}
	}
	return since
}

func (c Candidate) changes() []StatusChange {
	out := make([]StatusChange, 0, len(c.Statuses))
	for _, s := range c.Statuses {
		out = append(out, s.StatusChange)
	}
	return out
}

// add puts a status into the history, where what was before and what comes
// after must both allow it.
func (c Candidate) add(e StatusEntry, today day.Day) (Candidate, error) {
	if e.From.After(today) {
		return c, fault.New(fault.Rule, "candidate.status_ahead").At("/valid_from", "candidate.status_ahead")
	}
	before, after := Status(""), Status("")
	for _, s := range c.Statuses {
		switch s.From.Compare(e.From) {
		case 0:
			return c, fault.New(fault.Conflict, "candidate.status_same_day", "day", e.From).Allowing(c.steps(today, true))
		case -1:
			before = s.Status
		default:
			if after == "" {
				after = s.Status
			}
		}
	}
	if !slices.Contains(before.next(), e.Status) || (after != "" && !e.Status.CanBecome(after)) {
		return c, fault.New(fault.Conflict, "candidate.status_step").Allowing(c.steps(today, true))
	}
	e.RecordedLater = e.From.Before(today)
	c.Statuses = append(slices.Clone(c.Statuses), e)
	slices.SortFunc(c.Statuses, func(a, b StatusEntry) int { return a.From.Compare(b.From) })
	c.Version++
	return c, nil
}

// recorded is the entry of a day.
func (c Candidate) recorded(from day.Day) StatusEntry {
	return c.Statuses[slices.IndexFunc(c.Statuses, func(s StatusEntry) bool { return s.From == from })]
}

// next are the statuses that may follow; a candidacy that is entered late may
// begin with its determination.
func (s Status) next() []Status {
	if s == "" {
		return []Status{Prospective, Determined}
	}
	return statusSteps[s]
}

// steps lists what may be done with a candidate on a day: the statuses that may
// follow, and to correct how it is written.
func (c Candidate) steps(today day.Day, mayWrite bool) []string {
	if !mayWrite {
		return []string{}
	}
	out := []string{"update"}
	for _, s := range c.StatusOn(today).next() {
		out = append(out, string(s))
	}
	return out
}

// Change holds the fields of a patch; nil stays as it is.
type Change struct {
	Number     *int32
	Name       *string
	DeputyName *string
	Parties    *string
}

// fields names what a change touches, for the journal.
func (c Change) fields() []string {
	out := []string{}
	for _, f := range []struct {
		name string
		set  bool
	}{{"deputy_name", c.DeputyName != nil}, {"name", c.Name != nil}, {"number", c.Number != nil}, {"parties", c.Parties != nil}} {
		if f.set {
			out = append(out, f.name)
		}
	}
	return out
}

func (c Change) apply(to Candidate) Candidate {
	opt.Set(&to.Number, c.Number)
	opt.Set(&to.Name, c.Name)
	opt.Set(&to.DeputyName, c.DeputyName)
	opt.Set(&to.Parties, c.Parties)
	to.Version++
	return to
}
