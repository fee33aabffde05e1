// Package day is the legal calendar day: a date without time and without zone.
// Which day it is depends on the government's zone; terms of law count days.
package day

import (
	"database/sql/driver"
	"fmt"
	"time"
)

const layout = "2006-01-02"

// Day is a calendar day. The zero value is no day at all.
type Day struct{ t time.Time } // midnight UTC

// New makes a day; overflowing values are normalised as in time.Date.
func New(year int, month time.Month, dayOfMonth int) Day {
	return Day{time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC)}
}

// Of is the day that an instant falls on in a zone.
func Of(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return New(y, m, d)
}

// Parse reads YYYY-MM-DD.
func Parse(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return Day{}, fmt.Errorf("day: %q is not YYYY-MM-DD", s)
	}
	return Day{t}, nil
}

// MustParse is Parse for constants; it panics.
func MustParse(s string) Day {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// String gives YYYY-MM-DD, empty for the zero day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(layout)
}

// IsZero reports whether there is no day.
func (d Day) IsZero() bool { return d.t.IsZero() }

// Time is the day's midnight in UTC.
func (d Day) Time() time.Time { return d.t }

// Year, Month, DayOfMonth and Weekday take the day apart.
func (d Day) Year() int { return d.t.Year() }

// Month is the month of the year.
func (d Day) Month() time.Month { return d.t.Month() }

// DayOfMonth is the day of the month.
func (d Day) DayOfMonth() int { return d.t.Day() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.t.Weekday() }

// AddDays moves by calendar days.
func (d Day) AddDays(n int) Day { return Day{d.t.AddDate(0, 0, n)} }

// AddMonths moves by months; the 31st becomes the last day of a shorter month.
func (d Day) AddMonths(n int) Day {
	first := New(d.Year(), d.Month()+time.Month(n), 1)
	last := New(first.Year(), first.Month()+1, 0)
	return New(first.Year(), first.Month(), min(d.DayOfMonth(), last.DayOfMonth()))
}

// AddYears moves by years, with the same care at the end of February.
func (d Day) AddYears(n int) Day { return d.AddMonths(12 * n) }

// DaysUntil counts calendar days from d to other; negative when other is earlier.
func (d Day) DaysUntil(other Day) int { return int(other.t.Sub(d.t).Hours() / 24) }

// Before, After and Equal compare days.
func (d Day) Before(o Day) bool { return d.t.Before(o.t) }

// After reports whether d is later than o.
func (d Day) After(o Day) bool { return d.t.After(o.t) }

// Equal reports whether both are the same day.
func (d Day) Equal(o Day) bool { return d.t.Equal(o.t) }

// Compare orders days for slices.SortFunc.
func (d Day) Compare(o Day) int { return d.t.Compare(o.t) }

// MarshalText gives YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; empty is the zero day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	v, err := Parse(string(b))
	*d = v
	return err
}

// Value writes a day into a column of type date.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.t, nil
}

// Scan reads a column of type date.
func (d *Day) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Day{}
	case time.Time:
		*d = Of(v, time.UTC)
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("day: cannot read a %T", v)
	}
	return nil
}
