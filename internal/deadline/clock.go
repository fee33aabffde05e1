package deadline

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Object is what a clock runs for.
type Object struct {
	Kind Kind
	ID   id.ID
}

// Kind is a sort of object.
type Kind string

// The kinds.
const (
	Case           Kind = "case"
	Recommendation Kind = "recommendation"
	Report         Kind = "report"
)

// Extension makes a term longer.
type Extension struct {
	Amount int     `json:"amount"`
	On     day.Day `json:"on"`
	Reason string  `json:"reason"`
}

// Clock is a rule that runs for an object.
type Clock struct {
	ID         id.ID       `json:"id"`
	Object     Object      `json:"-"`
	Rule       string      `json:"rule"`
	From       day.Day     `json:"from"`
	Extensions []Extension `json:"extensions"`
	Pauses     []Pause     `json:"pauses"`
	// Set is the day that an official set in place of the computed one.
	Set *day.Day `json:"set"`
	// Computed is the day it came to when it was last counted, nil when the rule
	// no longer stands; Due that day or the one set.
	Computed *day.Day `json:"computed"`
	Due      *day.Day `json:"due"`
	Level    Level    `json:"level"`
	Ended    *day.Day `json:"-"`
	Version  int32    `json:"version"`
}

// start is what the engine counts from.
func (k Clock) start() Start {
	s := Start{On: k.From, Pauses: k.Pauses, Set: k.Set}
	for _, e := range k.Extensions {
		s.Extended += e.Amount
	}
	return s
}

// Step is something done to a clock, named as its address in the contract.
type Step string

// The steps.
const (
	Pausing   Step = "pauses"
	Resuming  Step = "resumptions"
	Extending Step = "extensions"
)

// Change is a step on a clock: on which day, why, and by how much.
type Change struct {
	Step   Step
	On     day.Day
	Amount int
	Reason string
}

// came is the clock with what a term comes to.
func (k Clock) came(t Term) Clock {
	k.Computed, k.Due = &t.Count.Day, &t.Day
	return k
}

// open is the pause that has no end yet.
func (k Clock) open() int {
	return slices.IndexFunc(k.Pauses, func(p Pause) bool { return p.Until == nil })
}

// Steps lists what may be done to a clock that runs, as its rule allows.
func (t Running) Steps() []string {
	if t.Clock.Ended != nil {
		return []string{}
	}
	out := []string{}
	switch {
	case t.Clock.open() >= 0:
		out = append(out, string(Resuming))
	case t.Rule.Pausable:
		out = append(out, string(Pausing))
	}
	if t.left() > 0 {
		out = append(out, string(Extending))
	}
	return out
}

// left is by how much the term may still be extended.
func (t Running) left() int { return t.Rule.ExtensionLimit - t.Start.Extended }

// take is the clock after a step. A pause ends the day before work goes on.
func (t Running) take(c Change, today day.Day) (Clock, error) {
	k := t.Clock
	k.Pauses, k.Extensions = slices.Clone(k.Pauses), slices.Clone(k.Extensions)
	if err := t.refuses(c, today); err != nil {
		return k, err
	}
	switch c.Step {
	case Pausing:
		k.Pauses = append(k.Pauses, Pause{From: c.On, Reason: c.Reason})
	case Resuming:
		last := c.On.AddDays(-1)
		k.Pauses[k.open()].Until = &last
	case Extending:
		k.Extensions = append(k.Extensions, Extension{Amount: c.Amount, On: c.On, Reason: c.Reason})
	}
	k.Version++
	return k, nil
}

// refuses holds a step against the rule, the limit and the days.
func (t Running) refuses(c Change, today day.Day) error {
	r := t.Rule
	allowed := t.Steps()
	switch {
	case t.Clock.Ended != nil:
		return fault.New(fault.Conflict, "deadline.ended").Allowing(allowed)
	case c.Step == Pausing && !r.Pausable:
		return fault.New(fault.Rule, "deadline.not_pausable", "rule", r.Code).Under(r.LegalBasis)
	case c.Step == Extending && r.ExtensionLimit == 0:
		return fault.New(fault.Rule, "deadline.not_extendable", "rule", r.Code).Under(r.LegalBasis)
	case c.Step == Extending && c.Amount > t.left():
		return fault.New(fault.Rule, "deadline.limit_reached", "limit", t.left()).At("/amount", "deadline.limit_reached", "limit", t.left()).Under(r.LegalBasis)
	case !slices.Contains(allowed, string(c.Step)):
		return fault.New(fault.Conflict, "deadline.step_not_allowed").Allowing(allowed)
	case c.On.After(today):
		return fault.New(fault.Rule, "deadline.days_wrong").At("/taken_on", "deadline.day_in_future")
	case c.On.Before(t.earliest(c.Step)):
		return fault.New(fault.Rule, "deadline.days_wrong").At("/taken_on", "deadline.day_before_last")
	case c.Step == Pausing && t.Over(c.On):
		return fault.New(fault.Rule, "deadline.over").At("/taken_on", "deadline.over")
	}
	return nil
}

// earliest is the first day on which a step may be taken: nothing is paused
// before it began, no two pauses overlap.
func (t Running) earliest(s Step) day.Day {
	from := t.Clock.From
	for _, p := range t.Clock.Pauses {
		if s == Resuming && p.Until == nil {
			from = day.Max(from, p.From.AddDays(1))
		}
		if p.Until != nil {
			from = day.Max(from, p.Until.AddDays(1))
		}
	}
	return from
}
