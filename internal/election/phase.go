package election

import (
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Phase is a part of an election that decides what an act is.
type Phase string

// The phases.
const (
	BeforeDetermination Phase = "before_determination"
	AfterDetermination  Phase = "after_determination"
	Campaign            Phase = "campaign"
	QuietPeriod         Phase = "quiet_period"
	Voting              Phase = "voting"
	AfterVoting         Phase = "after_voting"
)

// phaseOrder is the order in which a set is given.
var phaseOrder = []Phase{BeforeDetermination, AfterDetermination, Campaign, QuietPeriod, Voting, AfterVoting}

// Phases is the set of phases that hold on a day, in the order of the election.
type Phases []Phase

// Has reports whether the phase holds.
func (p Phases) Has(phase Phase) bool { return slices.Contains(p, phase) }

func (p Phases) hasAnyOf(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return p.Has(Phase(n)) })
}

// Stage is what a phase is read from: an entry of the election's calendar.
type Stage struct {
	// Code of the stage in the reference data.
	Code string
	// Effect is determination or the name of a phase; all else has no effect.
	Effect string
	// Contests the stage is about; empty is all.
	Contests []string
	// From and Until are both included.
	From, Until day.Day
}

const determination = "determination"

func (s Stage) about(contest string) bool {
	return contest == "" || len(s.Contests) == 0 || slices.Contains(s.Contests, contest)
}

// Calendar is all that phases are read from.
type Calendar struct {
	// StartsOn and EndsOn frame the election; a zero one is open.
	StartsOn, EndsOn day.Day
	Contests         []string
	Stages           []Stage
}

// CalendarOf makes the calendar of an election from the reference data; stages
// of other elections are passed over.
func CalendarOf(e catalog.Election, stages []catalog.ElectionStage) Calendar {
	c := Calendar{StartsOn: e.StartsOn, EndsOn: e.EndsOn, Contests: e.Contests}
	for _, s := range stages {
		if s.Election == e.Code {
			c.Stages = append(c.Stages, Stage{Code: s.Code, Effect: s.Effect, Contests: s.Contests, From: s.StartsOn, Until: s.EndsOn})
		}
	}
	return c
}

// PhasesOn gives the phases of a day for a contest such as regent. Without a
// contest it gives those of all contests together. The set is empty outside the
// election, and while its calendar says nothing.
func (c Calendar) PhasesOn(on day.Day, contest string) Phases {
	if !on.Within(c.StartsOn, c.EndsOn) {
		return nil
	}
	hold := map[Phase]bool{}
	for _, one := range c.contests(contest) {
		if frontier := c.frontier(one); !frontier.IsZero() {
			hold[BeforeDetermination] = hold[BeforeDetermination] || on.Before(frontier)
			hold[AfterDetermination] = hold[AfterDetermination] || !on.Before(frontier)
		}
	}
	for _, s := range c.Stages {
		if !s.about(contest) {
			continue
		}
		if on.Within(s.From, s.Until) {
			hold[Phase(s.Effect)] = true
		}
		if s.Effect == string(Voting) && on.After(s.Until) {
			hold[AfterVoting] = true
		}
	}
	// A repeated vote is voting again, not a day after voting.
	if hold[Voting] {
		hold[AfterVoting] = false
	}
	var out Phases
	for _, p := range phaseOrder {
		if hold[p] {
			out = append(out, p)
		}
	}
	return out
}

func (c Calendar) contests(asked string) []string {
	if asked != "" || len(c.Contests) == 0 {
		return []string{asked}
	}
	return c.Contests
}

// frontier is the day from which candidates of a contest are determined: the
// last day of its first determination, so that nobody is judged by a stricter
// list before the last ticket had to be determined. A later determination, by a
// court for one ticket, is a matter of that candidate's status.
func (c Calendar) frontier(contest string) day.Day {
	var first day.Day
	for _, s := range c.Stages {
		if s.Effect == determination && s.about(contest) {
			first = day.Min(first, s.Until)
		}
	}
	return first
}
