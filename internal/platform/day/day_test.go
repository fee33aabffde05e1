package day_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
)

var (
	_ sql.Scanner              = (*day.Day)(nil)
	_ driver.Valuer            = day.Day{}
	_ encoding.TextMarshaler   = day.Day{}
	_ encoding.TextUnmarshaler = (*day.Day)(nil)
)

var voting = day.New(2024, time.November, 27)

func TestParse_TakesOnlyRealDates(t *testing.T) {
	t.Parallel()
	// Input is never repaired: what is not a date of the calendar is refused.
	for in, ok := range map[string]bool{
		"2024-11-27": true, "2024-02-29": true, "0001-01-01": true, "9999-12-31": true,
		"": false, "2023-02-29": false, "2024-11-31": false, "2024-1-7": false, "27-11-2024": false,
		"2024-11-27T00:00:00Z": false, " 2024-11-27": false, "0000-01-01": false, "10000-01-01": false,
	} {
		d, err := day.Parse(in)
		if (err == nil) != ok {
			t.Errorf("Parse(%q): error %v, want ok %v", in, err, ok)
		}
		if ok && d.String() != in {
			t.Errorf("Parse(%q) reads back as %q", in, d)
		}
		if !ok && !d.IsZero() {
			t.Errorf("Parse(%q) refused but gave %q", in, d)
		}
	}
}

func TestOf_DependsOnTheZone(t *testing.T) {
	t.Parallel()
	// One instant, two legal days: Tangerang (UTC+7) and Jayapura (UTC+9).
	at := time.Date(2024, time.November, 26, 16, 30, 0, 0, time.UTC)
	west, east := time.FixedZone("WIB", 7*3600), time.FixedZone("WIT", 9*3600)
	if got := day.Of(at, west).String(); got != "2024-11-26" {
		t.Errorf("in WIB: %s", got)
	}
	if got := day.Of(at, east); got != voting {
		t.Errorf("in WIT: %s", got)
	}
	if got := voting.Start(west).UTC(); !got.Equal(time.Date(2024, time.November, 26, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("the day begins in WIB at %s", got)
	}
	if got := voting.End(west).Sub(voting.Start(west)); got != 24*time.Hour {
		t.Errorf("the day lasts %s", got)
	}
}

func TestDay_CountsThroughTheCalendar(t *testing.T) {
	t.Parallel()
	// Every day from 1990 to 2060 agrees with package time, forwards and back.
	ref := time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)
	start := day.New(1990, time.January, 1)
	for i := range 70 * 366 {
		d := start.AddDays(i)
		want := ref.AddDate(0, 0, i)
		if d.String() != want.Format("2006-01-02") || d.Weekday() != want.Weekday() || d.Year() != want.Year() {
			t.Fatalf("day %d is %s, want %s", i, d, want)
		}
		if d.DaysSince(start) != i || start.DaysUntil(d) != i || d.AddDays(-i) != start || !d.Time().Equal(want) {
			t.Fatalf("%s does not count back", d)
		}
	}
}

func TestAddMonths_EndsWithTheShorterMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2024-07-14", 12, "2025-07-14"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2023-10-31", 1, "2023-11-30"},
		{"2024-11-15", 2, "2025-01-15"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2024-05-31", -6, "2023-11-30"},
	} {
		from, err := day.Parse(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := from.AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestWithin_IncludesBothEndsAndKnowsOpenOnes(t *testing.T) {
	t.Parallel()
	campaignFrom, campaignUntil := day.New(2024, 9, 25), day.New(2024, 11, 23)
	for _, c := range []struct {
		on          day.Day
		from, until day.Day
		want        bool
	}{
		{campaignFrom, campaignFrom, campaignUntil, true},
		{campaignUntil, campaignFrom, campaignUntil, true},
		{campaignFrom.AddDays(-1), campaignFrom, campaignUntil, false},
		{campaignUntil.AddDays(1), campaignFrom, campaignUntil, false},
		{voting, campaignFrom, day.Day{}, true},
		{voting, day.Day{}, campaignUntil, false},
		{voting, day.Day{}, day.Day{}, true},
	} {
		if got := c.on.Within(c.from, c.until); got != c.want {
			t.Errorf("%s within [%s, %s] is %v", c.on, c.from, c.until, got)
		}
	}
}

func TestCompare_OrdersDays(t *testing.T) {
	t.Parallel()
	a, b := voting, voting.AddDays(1)
	if a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 || !a.Before(b) || !b.After(a) {
		t.Error("the order of two days is wrong")
	}
	if day.Min(day.Day{}, b, a) != a || day.Max(day.Day{}, a, b) != b || !day.Min().IsZero() {
		t.Error("Min or Max took the wrong day")
	}
	if voting.IsWeekend() || !day.New(2024, 11, 23).IsWeekend() || !day.New(2024, 11, 24).IsWeekend() {
		t.Error("weekends are Saturday and Sunday")
	}
}

func TestZero_IsNoDayEverywhere(t *testing.T) {
	t.Parallel()
	// No day is NULL, "" and stays no day under arithmetic.
	var none day.Day
	v, err := none.Value()
	if v != nil || err != nil || none.String() != "" || !none.IsZero() || !none.Time().IsZero() {
		t.Errorf("zero day shows as %v %v %q", v, err, none)
	}
	if !none.AddDays(3).IsZero() || !none.AddMonths(1).IsZero() {
		t.Error("arithmetic made a day out of none")
	}
	full := voting
	if err := full.Scan(nil); err != nil || !full.IsZero() {
		t.Errorf("NULL gave %s, %v", full, err)
	}
}

func TestJSON_RoundTripsAndOmitsNoDay(t *testing.T) {
	t.Parallel()
	type row struct {
		From  day.Day `json:"from"`
		Until day.Day `json:"until,omitzero"`
	}
	out, err := json.Marshal(row{From: voting})
	if err != nil || string(out) != `{"from":"2024-11-27"}` {
		t.Fatalf("%s, %v", out, err)
	}
	var in row
	if err := json.Unmarshal([]byte(`{"from":"2024-11-27","until":null}`), &in); err != nil || in.From != voting || !in.Until.IsZero() {
		t.Errorf("%+v, %v", in, err)
	}
	if err := json.Unmarshal([]byte(`{"from":"2024-11-31"}`), &in); err == nil {
		t.Error("31 November was read")
	}
}

func TestScan_ReadsWhatDriversGive(t *testing.T) {
	t.Parallel()
	v, err := voting.Value()
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range []any{v, "2024-11-27", []byte("2024-11-27"), time.Date(2024, 11, 27, 23, 0, 0, 0, time.FixedZone("WIB", 7*3600))} {
		var d day.Day
		if err := d.Scan(src); err != nil || d != voting {
			t.Errorf("%v (%T) gave %s, %v", src, src, d, err)
		}
	}
	var d day.Day
	if err := d.Scan(20241127); err == nil {
		t.Error("a number was read as a date")
	}
}
