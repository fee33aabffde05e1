package catalog

import (
	"time"

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

// Reason says why a day was passed over.
type Reason string

// The reasons.
const (
	Weekend         Reason = "weekend"
	NationalHoliday Reason = "national"
	CollectiveLeave Reason = "collective_leave"
	RegionalHoliday Reason = "regional"
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
	// Day is the result: the last day counted.
	Day day.Day
	// Skipped lists the days between From and Day that were not counted.
	Skipped []Skip
	// YearsWithoutHolidays lists years on the way for which no holiday is
	// known. The decree comes each autumn: until then the date is preliminary.
	YearsWithoutHolidays []int
}

// Calendar knows the days off.
type Calendar struct {
	off   map[day.Day]Holiday
	years map[int]bool
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
	for d := from; n > 0; {
		d = d.AddDays(1)
		c.note(&out, d)
		if skip, off := c.Off(d); off {
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

// AddCalendarDays counts n calendar days after from; no day is passed over.
func AddCalendarDays(from day.Day, n int) Count {
	out := Count{Unit: CalendarDays, Amount: n, From: from, Day: from.AddDays(max(n, 0))}
	if n > 0 {
		out.FirstCounted = from.AddDays(1)
	}
	return out
}

// Count computes the day of the rule for an event on from. ok is false for a
// rule in hours, which needs an instant: see DueAt.
func (r DeadlineRule) Count(from day.Day, c Calendar) (count Count, ok bool) {
	switch r.Unit {
	case WorkingDays:
		return c.AddWorkingDays(from, r.Amount), true
	case CalendarDays, UnspecifiedDays:
		out := AddCalendarDays(from, r.Amount)
		out.Unit = r.Unit
		return out, true
	}
	return Count{}, false
}

// DueAt gives the instant at which a deadline is over that began at the instant
// at. Rules in hours run on from the instant itself; those in days end with the
// end of their last day in the government's zone. For TakesEffectOn and
// NotBefore it is the beginning of the day.
func (r DeadlineRule) DueAt(at time.Time, zone *time.Location, c Calendar) time.Time {
	count, ok := r.Count(day.Of(at, zone), c)
	if !ok {
		return at.Add(time.Duration(r.Amount) * time.Hour)
	}
	if r.Counting == DueBy {
		return count.Day.End(zone)
	}
	return count.Day.Start(zone)
}
