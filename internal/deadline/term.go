package deadline

import (
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Pause is a time during which a clock stands still; both ends are included, an
// open one has no end yet.
type Pause struct {
	From   day.Day  `json:"from"`
	Until  *day.Day `json:"until,omitempty"`
	Reason string   `json:"reason"`
}

// Start is the event a rule is counted from and what happened to the clock
// since.
type Start struct {
	On day.Day
	// At is the instant, for rules in hours; the end of the day when nil.
	At       *time.Time
	Extended int
	Pauses   []Pause
	// Set is the day that an official set in place of the computed one.
	Set *day.Day
}

// Reading is what another way of counting the same rule comes to.
type Reading struct {
	Unit catalog.Unit
	Day  day.Day
}

// Example is a date that an official text computed, beside what the rule gives.
type Example struct {
	From, Day, Computed day.Day
	Agrees              bool
}

// Term is what a rule comes to, and how.
type Term struct {
	Rule  catalog.DeadlineRule
	Start Start
	Count catalog.Count
	// Day is the last day, or the first where the rule says from when something
	// holds.
	Day day.Day
	// At is the instant at which a term in hours is over.
	At *time.Time
	// Earliest is the earliest of the readings. It equals Day where the rule is
	// sure.
	Earliest day.Day
	Readings []Reading
	Examples []Example
	// Paused says that the clock stands still on the day one asks.
	Paused bool
}

// Disputed reports whether an official example comes to another day than the
// rule.
func (t Term) Disputed() bool {
	for _, e := range t.Examples {
		if !e.Agrees {
			return true
		}
	}
	return false
}

// Unsure reports whether the day rests on a rule that was not found in the law,
// or on holidays that are not decreed yet.
func (t Term) Unsure() bool {
	return t.Rule.Confidence == catalog.Low || len(t.Count.YearsWithoutHolidays) > 0
}

// For is the day to show to whoever must keep the term: the earliest defensible
// one where the rule is unsure.
func (t Term) For(mustKeep bool) day.Day {
	if mustKeep && t.Rule.Counting == catalog.DueBy {
		return t.Earliest
	}
	return t.Day
}

// Over reports whether the last day is past.
func (t Term) Over(today day.Day) bool {
	return t.Rule.Counting == catalog.DueBy && !t.Paused && today.After(t.Day)
}

// Law is what terms are computed with: the calendar of a government as known on
// a day, and its zone.
type Law struct {
	Calendar catalog.Calendar
	Zone     *time.Location
	Today    day.Day
}

// Term computes what a rule comes to.
func (l Law) Term(r catalog.DeadlineRule, s Start) Term {
	t := Term{Rule: r, Start: s}
	c := l.Calendar
	for _, p := range s.Pauses {
		until := l.Today
		if p.Until != nil {
			until = *p.Until
		}
		t.Paused = t.Paused || l.Today.Within(p.From, until)
		if !until.Before(p.From) {
			c = c.Paused(catalog.Span{From: p.From, Until: until})
		}
	}
	r.Amount += s.Extended
	var inDays bool
	if t.Count, inDays = r.Count(s.On, c); !inDays {
		t = l.hours(t, r.Amount, c)
	}
	t.Day = t.Count.Day
	t.Readings, t.Earliest = readings(r, s.On, c, t.Day)
	if s.Set != nil {
		t.Day, t.Earliest = *s.Set, *s.Set
	}
	t.Examples = l.examples(t.Rule)
	return t
}

// hours runs through the night. A pause stops the clock for whole days.
func (l Law) hours(t Term, amount int, c catalog.Calendar) Term {
	at := t.Start.On.End(l.Zone)
	if t.Start.At != nil {
		at = *t.Start.At
	}
	t.Count = catalog.Count{Unit: catalog.Hours, Amount: amount, From: t.Start.On}
	due := at.Add(time.Duration(amount) * time.Hour)
	for d := day.Of(at, l.Zone); d.Start(l.Zone).Before(due); d = d.AddDays(1) {
		if skip, off := c.Off(d); off && skip.Reason == catalog.Pause {
			t.Count.Skipped = append(t.Count.Skipped, skip)
			due = due.Add(24 * time.Hour)
		}
	}
	t.At, t.Count.Day = &due, day.Of(due.Add(-time.Nanosecond), l.Zone)
	return t
}

// readings counts the rule as other sources read it. The earliest of all binds
// whoever wants to be safe, where the rule itself is unsure.
func readings(r catalog.DeadlineRule, on day.Day, c catalog.Calendar, computed day.Day) ([]Reading, day.Day) {
	units := r.OtherReadings
	if len(units) == 0 && r.Confidence == catalog.Low && r.Unit == catalog.WorkingDays {
		units = []catalog.Unit{catalog.CalendarDays} // of two units the one that ends first
	}
	var out []Reading
	earliest := computed
	for _, u := range units {
		other := r
		other.Unit = u
		count, ok := other.Count(on, c)
		if !ok || u == r.Unit {
			continue
		}
		out = append(out, Reading{Unit: u, Day: count.Day})
		if r.Confidence == catalog.Low {
			earliest = day.Min(earliest, count.Day)
		}
	}
	return out, earliest
}

// examples computes what official texts computed. A minimum notice agrees with
// every later day.
func (l Law) examples(r catalog.DeadlineRule) []Example {
	var out []Example
	c := l.Calendar.With(r.ExamplesDaysOff...)
	for _, text := range r.Examples {
		from, to, _ := strings.Cut(text, ">")
		e := Example{}
		var err error
		if e.From, err = day.Parse(from); err != nil {
			continue // the form is checked, yet 31 February has it too
		}
		if e.Day, err = day.Parse(to); err != nil {
			continue
		}
		count, ok := r.Count(e.From, c)
		if !ok {
			continue
		}
		e.Computed = count.Day
		e.Agrees = e.Day == e.Computed || r.Counting == catalog.NotBefore && e.Day.After(e.Computed)
		out = append(out, e)
	}
	return out
}
