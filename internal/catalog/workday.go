package catalog

import (
	"maps"
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
)

// Unit is what a deadline counts.
type Unit string

// The units.
const (
	// WorkingDays: discipline, general election.
	WorkingDays Unit = "working_days"
	// CalendarDays: regional election. The last day is not moved when it falls
	// on a holiday.
	CalendarDays Unit = "calendar_days"
	// Hours: personal data; they run day and night (3x24 hours).
	Hours Unit = "hours"
	// UnspecifiedDays: the source does not say which; counted as calendar
	// days, which gives the earlier and so the safe date.
	UnspecifiedDays Unit = "unspecified_days"
)

// Counting says what the computed day means.
type Counting string

// The ways of counting.
const (
	// DueBy: the act is in time until the end of this day.
	DueBy Counting = "due_by"
	// TakesEffectOn: something is in force from the beginning of this day.
	TakesEffectOn Counting = "takes_effect_on"
	// NotBefore: the next step may take place on this day at the earliest.
	NotBefore Counting = "not_before"
)

// Starts says where counting begins.
type Starts string

// The ways to start.
const (
	// NextDay: the day of the event does not count; working days begin with the
	// next working day.
	NextDay Starts = "next_day"
	// SameDay: the day of the event is the first, if it is of the kind counted.
	SameDay Starts = "same_day"
	// AtOnce: from the instant of the event, for hours.
	AtOnce Starts = "at_once"
)

// LastDay says what becomes of a last day on which offices are closed.
type LastDay string

// The ways. Counted in working days a last day never falls on one.
const (
	Stays          LastDay = "stays"
	NextWorkingDay LastDay = "next_working_day"
)

// Reason says why a day was passed over.
type Reason string

// The reasons.
const (
	Weekend         Reason = "weekend"
	NationalHoliday Reason = "national"
	CollectiveLeave Reason = "collective_leave"
	RegionalHoliday Reason = "regional"
	// Pause: the term stood still on that day.
	Pause Reason = "pause"
)

// Skip is a day that was not counted. Holiday is set unless it is a weekend.
type Skip struct {
	Day     day.Day
	Reason  Reason
	Holiday *Holiday
}

// Count is a computed date and how it came about.
type Count struct {
	Unit   Unit
	Amount int
	// From is the day of the event, which is not counted.
	From day.Day
	// FirstCounted is the first day that counts; zero for an amount of zero.
	FirstCounted day.Day
	// Day is the result: the last day counted, or the next working day where the
	// rule moves it, which Moved says.
	Day   day.Day
	Moved bool
	// Skipped lists the days between From and Day that were not counted.
	Skipped []Skip
	// YearsWithoutHolidays lists years on the way for which no holiday is
	// known. The decree comes each autumn: until then the date is preliminary.
	YearsWithoutHolidays []int
}

// Calendar knows the days off, and for one term the days on which it stood
// still.
type Calendar struct {
	off    map[day.Day]Holiday
	years  map[int]bool
	pauses []Span
}

// Span is a run of days, both ends included.
type Span struct{ From, Until day.Day }

// Paused is the calendar of a term that stood still for some time.
func (c Calendar) Paused(spans ...Span) Calendar {
	c.pauses = append(slices.Clone(c.pauses), spans...)
	return c
}

// With is the calendar with more days off, for dates that a text computed with
// holidays before those we have.
func (c Calendar) With(off ...day.Day) Calendar {
	c.off, c.years = maps.Clone(c.off), maps.Clone(c.years)
	for _, d := range off {
		c.off[d] = Holiday{Date: d, HolidayKind: string(NationalHoliday)}
		c.years[d.Year()] = true
	}
	return c
}

func (c Calendar) standsStill(d day.Day) bool {
	return slices.ContainsFunc(c.pauses, func(s Span) bool { return d.Within(s.From, s.Until) })
}

// NewCalendar makes a calendar of the holidays that count on the day asOf. A
// holiday decreed later is not in it, one withdrawn by then neither; so asking
// again after a decree gives the moved deadline. A zero asOf takes all rows
// that were not withdrawn.
func NewCalendar(holidays []Holiday, asOf day.Day) Calendar {
	c := Calendar{off: map[day.Day]Holiday{}, years: map[int]bool{}}
	for _, h := range holidays {
		if !counts(h, asOf) {
			continue
		}
		c.years[h.Date.Year()] = true
		// Where two fall on one day the national one is named.
		if old, twice := c.off[h.Date]; !twice || old.HolidayKind != string(NationalHoliday) {
			c.off[h.Date] = h
		}
	}
	return c
}

func counts(h Holiday, asOf day.Day) bool {
	if asOf.IsZero() {
		return h.ValidUntil.IsZero()
	}
	return h.Usable(asOf)
}

// Off tells whether a day is no working day, and why.
func (c Calendar) Off(d day.Day) (Skip, bool) {
	if c.standsStill(d) {
		return Skip{Day: d, Reason: Pause}, true
	}
	if d.IsWeekend() {
		return Skip{Day: d, Reason: Weekend}, true
	}
	if h, ok := c.off[d]; ok {
		return Skip{Day: d, Reason: Reason(h.HolidayKind), Holiday: &h}, true
	}
	return Skip{}, false
}

// IsWorkingDay reports whether offices work on a day.
func (c Calendar) IsWorkingDay(d day.Day) bool {
	_, off := c.Off(d)
	return !off
}

// AddWorkingDays counts n working days after from. The day of the event is not
// counted, whatever day it is; counting begins with the next working day, and
// the result is always a working day. With n of zero or less the result is from.
//
// A sanction received on Tuesday 14 July 2026 is in force on the 15th working
// day: 15 July is the first, 4 August 2026 the fifteenth.
func (c Calendar) AddWorkingDays(from day.Day, n int) Count {
	out := Count{Unit: WorkingDays, Amount: n, From: from, Day: from}
	return c.count(out, from.AddDays(1), n, c.Off)
}

// count takes days from first on until n were counted; off says which are not.
func (c Calendar) count(out Count, first day.Day, n int, off func(day.Day) (Skip, bool)) Count {
	for d := first; n > 0; d = d.AddDays(1) {
		if out.Unit == WorkingDays {
			c.note(&out, d)
		}
		if skip, closed := off(d); closed {
			out.Skipped = append(out.Skipped, skip)
			continue
		}
		if out.FirstCounted.IsZero() {
			out.FirstCounted = d
		}
		out.Day = d
		n--
	}
	return out
}

// note remembers a year of which no holiday is known.
func (c Calendar) note(out *Count, d day.Day) {
	y := d.Year()
	last := len(out.YearsWithoutHolidays) - 1
	if !c.years[y] && (last < 0 || out.YearsWithoutHolidays[last] != y) {
		out.YearsWithoutHolidays = append(out.YearsWithoutHolidays, y)
	}
}

// WorkingDaysBetween counts the working days after from up to and including
// until: by how many working days something is late, or ageing.
func (c Calendar) WorkingDaysBetween(from, until day.Day) int {
	n := 0
	for d := from.AddDays(1); !d.After(until); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			n++
		}
	}
	return n
}

// Count computes the day of the rule for an event on from. ok is false for a
// rule in hours, which needs an instant: see package deadline.
func (r DeadlineRule) Count(from day.Day, c Calendar) (count Count, ok bool) {
	out, first := Count{Unit: r.Unit, Amount: r.Amount, From: from, Day: from}, from.AddDays(1)
	if r.Starts == SameDay {
		first = from
	}
	switch r.Unit {
	case WorkingDays:
		out = c.count(out, first, r.Amount, c.Off)
	case CalendarDays, UnspecifiedDays:
		out = c.count(out, first, r.Amount, c.still)
	default:
		return Count{}, false
	}
	if r.LastDay == NextWorkingDay {
		out = c.move(out)
	}
	return out, true
}

// still tells the days on which even calendar days do not count.
func (c Calendar) still(d day.Day) (Skip, bool) {
	return Skip{Day: d, Reason: Pause}, c.standsStill(d)
}

// move puts a last day on which offices are closed on the next on which they are
// open.
func (c Calendar) move(out Count) Count {
	for {
		skip, off := c.Off(out.Day)
		if !off {
			return out
		}
		c.note(&out, out.Day)
		out.Moved, out.Skipped, out.Day = true, append(out.Skipped, skip), out.Day.AddDays(1)
	}
}
