// Package day is the calendar day of the law: a date without a clock and
// without a time zone. Deadlines, validity, periods and the days of acts are
// Days; instants (who pressed what when) stay time.Time. A Day is made from an
// instant only by naming the zone, because 23:30 in Tangerang and 01:30 in
// Jayapura are the same moment and two different days.
//
// The zero Day means "no day": an open end, a date not known. It is written as
// NULL in the database and as the empty string in text.
package day

import (
	"database/sql/driver"
	"fmt"
	"time"
)

const layout = "2006-01-02"

// epoch is day number 1, so that number 0 is free to mean "no day".
var epoch = time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)

// Day is one day of the Gregorian calendar. Two Days are equal by ==, and a Day
// can be a map key. Make one with New, Parse or Of.
type Day struct{ n int32 }

// New gives the day of that date. As in time.Date, a value outside its range
// is carried over: 31 November is 1 December. What a person typed goes through
// Parse, which refuses it.
func New(year int, month time.Month, d int) Day {
	return fromUTC(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
}

// Parse reads "2024-11-27" and nothing looser. A date that is not in the
// calendar is an error, and so is the empty string.
func Parse(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1 {
		return Day{}, fmt.Errorf("day: %q is not a date of the form 2006-01-02", s)
	}
	return fromUTC(t), nil
}

// MustParse is Parse for constants in code; it panics.
func MustParse(s string) Day {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Of gives the day that it is at the instant t in the zone loc.
func Of(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return New(y, m, d)
}

func fromUTC(t time.Time) Day {
	const secondsPerDay = 24 * 60 * 60
	return Day{n: int32((t.Unix()-epoch.Unix())/secondsPerDay) + 1}
}

// IsZero reports whether d is no day. It also makes `json:",omitzero"` work.
func (d Day) IsZero() bool { return d.n == 0 }

// Time gives midnight UTC of the day, the form in which drivers and generated
// API types carry a date. It is not the instant at which the day begins
// anywhere in Indonesia; see Start. No day gives the zero time.
func (d Day) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return epoch.AddDate(0, 0, int(d.n)-1)
}

// Start gives the instant at which the day begins in the zone loc.
func (d Day) Start(loc *time.Location) time.Time {
	y, m, dd := d.Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, loc)
}

// End gives the instant at which the day is over in the zone loc, which is the
// start of the next one. Something due on d is late from End on.
func (d Day) End(loc *time.Location) time.Time { return d.AddDays(1).Start(loc) }

// Date gives year, month and day of the month.
func (d Day) Date() (year int, month time.Month, dayOfMonth int) { return d.Time().Date() }

// Year gives the year.
func (d Day) Year() int { return d.Time().Year() }

// Month gives the month of the year.
func (d Day) Month() time.Month { return d.Time().Month() }

// DayOfMonth gives the day of the month.
func (d Day) DayOfMonth() int { return d.Time().Day() }

// Weekday gives the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// IsWeekend reports whether d is a Saturday or a Sunday. Whether it is a
// working day also depends on the holidays; see package catalog.
func (d Day) IsWeekend() bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// String gives "2024-11-27", or "" for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(layout)
}

// Compare gives -1, 0 or +1 as d is before, on or after o; it fits
// slices.SortFunc. No day sorts before every day.
func (d Day) Compare(o Day) int {
	switch {
	case d.n < o.n:
		return -1
	case d.n > o.n:
		return +1
	}
	return 0
}

// Equal reports whether d and o are the same day, as == does.
func (d Day) Equal(o Day) bool { return d == o }

// Before reports whether d lies before o.
func (d Day) Before(o Day) bool { return d.n < o.n }

// After reports whether d lies after o.
func (d Day) After(o Day) bool { return d.n > o.n }

// Within reports whether d lies in the period from from to until, both days
// included. A zero bound is an open one: the usual form of valid_from and
// valid_until.
func (d Day) Within(from, until Day) bool {
	return !d.Before(from) && (until.IsZero() || !d.After(until))
}

// AddDays gives the day n calendar days later, or earlier when n is negative.
// No day stays no day.
func (d Day) AddDays(n int) Day {
	if d.IsZero() {
		return d
	}
	return Day{n: d.n + int32(n)}
}

// AddMonths gives the same day of the month n months later; where that month is
// shorter, its last day, so that a year's sanction from 29 February ends in
// February. No day stays no day.
func (d Day) AddMonths(n int) Day {
	if d.IsZero() {
		return d
	}
	y, m, dd := d.Date()
	last := New(y, m+time.Month(n)+1, 0)
	if _, _, lastDay := last.Date(); dd > lastDay {
		return last
	}
	return New(y, m+time.Month(n), dd)
}

// AddYears moves by years with the same care at the end of February.
func (d Day) AddYears(n int) Day { return d.AddMonths(12 * n) }

// DaysUntil counts the calendar days from d to o; negative when o is earlier.
func (d Day) DaysUntil(o Day) int { return o.DaysSince(d) }

// DaysSince counts the calendar days from o to d: 1 from yesterday to today.
func (d Day) DaysSince(o Day) int { return int(d.n - o.n) }

// Min gives the earliest of the days that are days.
func Min(days ...Day) Day {
	var out Day
	for _, d := range days {
		if !d.IsZero() && (out.IsZero() || d.Before(out)) {
			out = d
		}
	}
	return out
}

// Max gives the latest of the days.
func Max(days ...Day) Day {
	var out Day
	for _, d := range days {
		if d.After(out) {
			out = d
		}
	}
	return out
}

// MarshalText writes the day as String does; JSON uses it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; JSON uses it.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Value hands the day to a `date` column; no day is NULL.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.Time(), nil
}

// Scan reads a `date` column; NULL is no day. A time is taken at its own face
// value: the driver gives dates as midnight UTC.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Day{}
		return nil
	case time.Time:
		y, m, dd := v.Date()
		*d = New(y, m, dd)
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("day: cannot read a date from %T", src)
}

// GormDataType names the column's type. Without it gorm would look inside the
// struct and take it for an association.
func (Day) GormDataType() string { return "date" }
