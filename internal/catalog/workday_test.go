package catalog_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

func holidays(t *testing.T) []catalog.Holiday {
	t.Helper()
	h, err := catalog.DecodeAll[catalog.Holiday](national(t).Rows(catalog.HolidayKind))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func deadline(t *testing.T, code string) catalog.DeadlineRule {
	t.Helper()
	row, ok := national(t).Find(catalog.DeadlineRuleKind, code, day.New(2026, 7, 14))
	if !ok {
		t.Fatalf("no deadline %s", code)
	}
	r, err := catalog.Decode[catalog.DeadlineRule](row)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAddWorkingDays_CountsFromTheNextWorkingDay(t *testing.T) {
	t.Parallel()
	// Proves K2: weekends, national holidays and collective leave do not count.
	c := catalog.NewCalendar(holidays(t), day.Day{})
	for _, row := range []struct {
		name, from string
		n          int
		first, due string
		skipped    int
	}{
		{"sanction received 14 July 2026 is in force 4 August", "2026-07-14", 15, "2026-07-15", "2026-08-04", 6},
		{"one day is the next day", "2024-11-25", 1, "2024-11-26", "2024-11-26", 0},
		{"voting day does not count", "2024-11-26", 1, "2024-11-28", "2024-11-28", 1},
		{"an event on Friday counts from Monday", "2024-11-22", 2, "2024-11-25", "2024-11-26", 2},
		{"an event on Sunday counts from Monday", "2024-11-24", 2, "2024-11-25", "2024-11-26", 0},
		{"Idul Fitri 2024 with its leave", "2024-04-05", 1, "2024-04-16", "2024-04-16", 10},
		{"over the turn of the year", "2024-12-24", 5, "2024-12-27", "2025-01-03", 5},
		{"nothing to count", "2024-11-24", 0, "", "2024-11-24", 0},
	} {
		got := c.AddWorkingDays(day.MustParse(row.from), row.n)
		if got.FirstCounted.String() != row.first || got.Day.String() != row.due || len(got.Skipped) != row.skipped {
			t.Errorf("%s: first %s, due %s, skipped %v", row.name, got.FirstCounted, got.Day, got.Skipped)
		}
		if len(got.YearsWithoutHolidays) != 0 {
			t.Errorf("%s: no holidays known for %v", row.name, got.YearsWithoutHolidays)
		}
	}
}

func TestAddWorkingDays_ExplainsEveryDayPassedOver(t *testing.T) {
	t.Parallel()
	// Proves K2 and the explained calendar: reason and decree of each day.
	c := catalog.NewCalendar(holidays(t), day.Day{})
	got := c.AddWorkingDays(day.New(2024, 2, 7), 3)
	want := []struct {
		on     string
		reason catalog.Reason
	}{
		{"2024-02-08", catalog.NationalHoliday}, {"2024-02-09", catalog.CollectiveLeave},
		{"2024-02-10", catalog.Weekend}, {"2024-02-11", catalog.Weekend}, {"2024-02-14", catalog.NationalHoliday},
	}
	if got.Day != day.New(2024, 2, 15) || len(got.Skipped) != len(want) {
		t.Fatalf("due %s, skipped %v", got.Day, got.Skipped)
	}
	for i, s := range got.Skipped {
		if s.Day.String() != want[i].on || s.Reason != want[i].reason || (s.Holiday == nil) != (s.Reason == catalog.Weekend) {
			t.Errorf("%s: %s, %v", s.Day, s.Reason, s.Holiday)
		}
	}
	if got.Skipped[4].Holiday.LegalBasis != "Keppres 10/2024" {
		t.Errorf("voting day rests on %s", got.Skipped[4].Holiday.LegalBasis)
	}
}

func TestAddWorkingDays_AgreesWithCountingBack(t *testing.T) {
	t.Parallel()
	// For every day of four years: the result is a working day, and counting the
	// working days up to it gives the amount again.
	c := catalog.NewCalendar(holidays(t), day.Day{})
	for from := day.New(2023, 1, 1); from.Before(day.New(2026, 10, 1)); from = from.AddDays(1) {
		for _, n := range []int{1, 3, 7, 14, 15} {
			got := c.AddWorkingDays(from, n)
			if !c.IsWorkingDay(got.Day) || c.WorkingDaysBetween(from, got.Day) != n {
				t.Fatalf("%s and %d: %s", from, n, got.Day)
			}
			if from.DaysUntil(got.Day) != n+len(got.Skipped) {
				t.Fatalf("%s and %d: %d days, %d of them skipped", from, n, from.DaysUntil(got.Day), len(got.Skipped))
			}
		}
	}
}

func TestNewCalendar_KnowsOnlyWhatWasDecreed(t *testing.T) {
	t.Parallel()
	// Proves K3: voting day 2024 became a holiday by decree of 21 November; a
	// deadline counted the day before moves when counted again.
	from := day.New(2024, 11, 25)
	before := catalog.NewCalendar(holidays(t), day.New(2024, 11, 20)).AddWorkingDays(from, 3)
	after := catalog.NewCalendar(holidays(t), day.New(2024, 11, 21)).AddWorkingDays(from, 3)
	if before.Day != day.New(2024, 11, 28) || after.Day != day.New(2024, 11, 29) {
		t.Errorf("before the decree %s, after it %s", before.Day, after.Day)
	}
	// The leave of 26 April 2023 was withdrawn on 29 March 2023.
	leave := day.New(2023, 4, 26)
	if catalog.NewCalendar(holidays(t), day.New(2023, 3, 28)).IsWorkingDay(leave) {
		t.Error("26 April 2023 was leave until the decree was amended")
	}
	for _, asOf := range []day.Day{day.New(2023, 3, 29), {}} {
		if !catalog.NewCalendar(holidays(t), asOf).IsWorkingDay(leave) {
			t.Errorf("26 April 2023 is a working day as of %q", asOf)
		}
	}
}

func TestAddWorkingDays_SaysWhenHolidaysAreNotKnownYet(t *testing.T) {
	t.Parallel()
	got := catalog.NewCalendar(holidays(t), day.Day{}).AddWorkingDays(day.New(2026, 12, 22), 14)
	if len(got.YearsWithoutHolidays) != 1 || got.YearsWithoutHolidays[0] != 2027 {
		t.Errorf("%v, due %s", got.YearsWithoutHolidays, got.Day)
	}
}

func TestFirstSummonsNotice_HoldsForTheExamplesOfBKN(t *testing.T) {
	t.Parallel()
	// BKN's own example summons on 5 October 2022 for 17 October; the term is a
	// minimum notice, so the day must not lie before the computed one.
	c := catalog.NewCalendar(nil, day.Day{})
	got, ok := deadline(t, "first_summons_notice").Count(day.New(2022, 10, 5), c)
	if !ok || got.Day.After(day.New(2022, 10, 17)) || c.WorkingDaysBetween(got.From, day.New(2022, 10, 17)) != 8 {
		t.Errorf("%+v", got)
	}
}
