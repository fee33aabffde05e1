package notify

import (
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves Q3: when a message may go, in the local time of the government: quiet
// hours over midnight, weekends, the collective leave around Lebaran, holidays
// not yet known, digests; a term waits for no day off and an alarm for no hour.
func TestPreferences_Plan(t *testing.T) {
	t.Parallel()
	zone := func(name string) *time.Location {
		l, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	jakarta, makassar, jayapura := zone("Asia/Jakarta"), zone("Asia/Makassar"), zone("Asia/Jayapura")
	night, nap := &Quiet{From: 21 * 60, Until: 5*60 + 30}, &Quiet{From: 12 * 60, Until: 13 * 60}
	// Lebaran 2025: Nyepi 28–29 March, Idulfitri with collective leave until 7 April.
	lebaran := catalog.NewCalendar(nil, day.Day{}).With(day.MustParse("2025-03-28"), day.MustParse("2025-03-29"), day.MustParse("2025-03-31"),
		day.MustParse("2025-04-01"), day.MustParse("2025-04-02"), day.MustParse("2025-04-03"), day.MustParse("2025-04-04"), day.MustParse("2025-04-07"))
	ordinary, task := Kind{Name: "circular_issued", Urgency: Ordinary}, Kind{Name: "report_assigned", Urgency: Task}
	term, alarm := Kind{Name: "recommendation_due", Urgency: Term}, Kind{Name: "sign_in_changed", Urgency: Alarm}
	for name, c := range map[string]struct {
		p    Preferences
		k    Kind
		zone *time.Location
		made string // UTC; now where it is empty
		now  string // UTC
		want string // UTC
		dig  bool
	}{
		"nothing chosen, at night":      {Preferences{}, ordinary, jakarta, "", "2024-11-12T19:00:00Z", "2024-11-12T19:00:00Z", false},
		"quiet before midnight":         {Preferences{Quiet: night}, ordinary, jakarta, "", "2024-11-12T14:00:00Z", "2024-11-12T22:30:00Z", false},
		"quiet after midnight":          {Preferences{Quiet: night}, ordinary, jakarta, "", "2024-11-12T19:00:00Z", "2024-11-12T22:30:00Z", false},
		"the same instant in Makassar":  {Preferences{Quiet: night}, ordinary, makassar, "", "2024-11-12T14:00:00Z", "2024-11-12T21:30:00Z", false},
		"and in Jayapura":               {Preferences{Quiet: night}, ordinary, jayapura, "", "2024-11-12T14:00:00Z", "2024-11-12T20:30:00Z", false},
		"one minute before quiet":       {Preferences{Quiet: night}, ordinary, jakarta, "", "2024-11-12T13:59:00Z", "2024-11-12T13:59:00Z", false},
		"the end of quiet is not quiet": {Preferences{Quiet: night}, ordinary, jakarta, "", "2024-11-12T22:30:00Z", "2024-11-12T22:30:00Z", false},
		"quiet at noon":                 {Preferences{Quiet: nap}, ordinary, jakarta, "", "2024-11-12T05:15:00Z", "2024-11-12T06:00:00Z", false},
		"Friday evening":                {Preferences{WorkingDaysOnly: true, Quiet: night, DigestAt: 7 * 60}, ordinary, jakarta, "", "2024-11-15T15:00:00Z", "2024-11-18T00:00:00Z", false},
		"Saturday, without holidays":    {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60}, ordinary, jakarta, "", "2031-11-15T03:00:00Z", "2031-11-17T00:00:00Z", false},
		"Lebaran":                       {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60}, ordinary, jakarta, "", "2025-03-28T03:00:00Z", "2025-04-08T00:00:00Z", false},
		"a task waits three days":       {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60}, task, jakarta, "", "2025-03-28T03:00:00Z", "2025-03-31T03:00:00Z", false},
		"and not longer":                {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60}, task, jakarta, "2025-03-28T03:00:00Z", "2025-03-31T03:00:00Z", "2025-03-31T03:00:00Z", false},
		"nor in a digest":               {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60, Timings: daily("report_assigned")}, task, jakarta, "", "2025-03-28T03:00:00Z", "2025-03-31T00:00:00Z", true},
		"a late one in the next digest": {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60, Timings: daily("report_assigned")}, task, jakarta, "2025-03-28T03:00:00Z", "2025-04-01T03:00:00Z", "2025-04-02T00:00:00Z", true},
		"but for the quiet hours":       {Preferences{WorkingDaysOnly: true, Quiet: night, DigestAt: 7 * 60}, task, jakarta, "", "2025-03-28T13:00:00Z", "2025-03-31T13:00:00Z", false},
		"a term on a day off":           {Preferences{WorkingDaysOnly: true, DigestAt: 7 * 60}, term, jakarta, "", "2025-03-29T03:00:00Z", "2025-03-29T03:00:00Z", false},
		"a term at night":               {Preferences{WorkingDaysOnly: true, Quiet: night}, term, jakarta, "", "2025-03-29T19:00:00Z", "2025-03-29T22:30:00Z", false},
		"an alarm at night":             {Preferences{WorkingDaysOnly: true, Quiet: night}, alarm, jakarta, "", "2025-03-29T19:00:00Z", "2025-03-29T19:00:00Z", false},
		"a digest today":                {Preferences{DigestAt: 7 * 60, Timings: daily("circular_issued")}, ordinary, jakarta, "", "2024-11-12T23:59:00Z", "2024-11-13T00:00:00Z", true},
		"at the hour, tomorrow":         {Preferences{DigestAt: 7 * 60, Timings: daily("circular_issued")}, ordinary, jakarta, "", "2024-11-13T00:00:00Z", "2024-11-14T00:00:00Z", true},
		"a digest after the weekend":    {Preferences{DigestAt: 16 * 60, WorkingDaysOnly: true, Timings: daily("circular_issued")}, ordinary, jakarta, "", "2024-11-15T10:00:00Z", "2024-11-18T09:00:00Z", true},
		"a digest after quiet hours":    {Preferences{DigestAt: 5 * 60, Quiet: night, Timings: daily("circular_issued")}, ordinary, jakarta, "", "2024-11-12T10:00:00Z", "2024-11-12T22:30:00Z", true},
		"a term in no digest":           {Preferences{DigestAt: 7 * 60, Timings: daily("recommendation_due")}, term, jakarta, "", "2024-11-12T10:00:00Z", "2024-11-12T10:00:00Z", false},
	} {
		made := c.made
		if made == "" {
			made = c.now
		}
		got := c.p.plan(c.k, at(t, made), at(t, c.now), c.zone, lebaran.IsWorkingDay)
		if !got.At.Equal(at(t, c.want)) || got.Digest != c.dig || got.Unwanted {
			t.Errorf("%s: %v %+v, want %s", name, got.At.UTC().Format(time.RFC3339), got, c.want)
		}
	}
	silent := Preferences{Timings: map[string]Timing{"circular_issued": Never, "report_assigned": Never}}
	now := at(t, "2024-11-12T10:00:00Z")
	if got := silent.plan(ordinary, now, now, jakarta, lebaran.IsWorkingDay); !got.Unwanted {
		t.Errorf("an unwanted one: %+v", got)
	}
	if got := silent.plan(task, now, now, jakarta, lebaran.IsWorkingDay); got.Unwanted || !got.At.Equal(now) {
		t.Errorf("a task that was silenced: %+v", got)
	}
	never := func(day.Day) bool { return false }
	if got := (Preferences{WorkingDaysOnly: true}).plan(ordinary, now, now, jakarta, never); got.At.After(now.AddDate(0, 0, 61)) {
		t.Errorf("a calendar without working days holds it until %v", got.At)
	}
}

func daily(kinds ...string) map[string]Timing {
	out := map[string]Timing{}
	for _, k := range kinds {
		out[k] = Daily
	}
	return out
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
