package deadline_test

import (
	"slices"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/day"
	"pgregory.net/rapid"
)

var (
	wib  = time.FixedZone("WIB", 7*3600)
	wita = time.FixedZone("WITA", 8*3600)
	wit  = time.FixedZone("WIT", 9*3600)
)

func holidays(t testing.TB) []catalog.Holiday {
	t.Helper()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	h, err := catalog.DecodeAll[catalog.Holiday](d.Rows(catalog.HolidayKind))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func law(t testing.TB, today string) deadline.Law {
	t.Helper()
	on := day.MustParse(today)
	return deadline.Law{Calendar: catalog.NewCalendar(holidays(t), on), Zone: wib, Today: on}
}

func rule(t testing.TB, code string) catalog.DeadlineRule {
	t.Helper()
	d, err := catalog.National()
	if err != nil {
		t.Fatal(err)
	}
	row, ok := d.Find(catalog.DeadlineRuleKind, code, day.New(2026, 7, 14))
	if !ok {
		t.Fatalf("no rule %s", code)
	}
	r, err := catalog.Decode[catalog.DeadlineRule](row)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func from(s string) deadline.Start { return deadline.Start{On: day.MustParse(s)} }

func until(s string) *day.Day { d := day.MustParse(s); return &d }

// Proves K2, X5: the dates that official texts and the law give, over weekends,
// holidays, collective leave, leap days and the turn of the year, each in the
// unit of its rule.
func TestTerm_DatesOfTheLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rule, from, want string }{
		{"a sanction received on 14 July 2026 is in force on 4 August", "sanction_effective", "2026-07-14", "2026-08-04"},
		{"appeal to BPASN against a decision of that day", "appeal_filing", "2026-07-14", "2026-08-03"},
		{"BPASN decides", "appeal_decision", "2024-11-11", "2025-02-19"},
		{"over a leap day in calendar days", "bawaslu_pilkada_report_filing", "2024-02-26", "2024-03-04"},
		{"and in a year without one", "bawaslu_pilkada_report_filing", "2025-02-26", "2025-03-05"},
		{"over a leap day in working days", "bawaslu_pemilu_report_filing", "2024-02-26", "2024-03-06"},
		{"over the end of the year", "decision_delivery", "2024-12-23", "2025-01-15"},
		{"calendar days end on a Sunday and stay there", "bawaslu_pilkada_report_filing", "2024-11-24", "2024-12-01"},
		{"general election, known before the vote", "bawaslu_pemilu_report_filing", "2024-02-07", "2024-02-21"},
		{"regional election handles in three calendar days", "bawaslu_pilkada_handling", "2024-11-26", "2024-11-29"},
		{"the first summons is a minimum notice", "first_summons_notice", "2022-10-05", "2022-10-14"},
		{"an unspecified unit takes the earlier date", "sbt_joint_verification", "2024-11-22", "2024-11-29"},
	} {
		got := law(t, "2026-01-10").Term(rule(t, c.rule), from(c.from))
		if got.Day.String() != c.want || got.Count.Moved {
			t.Errorf("%s: %s, want %s; passed over %v", c.name, got.Day, c.want, got.Count.Skipped)
		}
	}
}

// Proves X5: a date answers "why": rule, article, confidence, start, each day
// passed over with its reason.
func TestTerm_ExplainsItself(t *testing.T) {
	t.Parallel()
	got := law(t, "2024-02-20").Term(rule(t, "bawaslu_pemilu_report_filing"), from("2024-02-07"))
	if got.Rule.Code != "bawaslu_pemilu_report_filing" || got.Rule.LegalBasis == "" || got.Rule.Confidence != catalog.High || got.Start.On != day.New(2024, 2, 7) ||
		got.Count.FirstCounted != day.New(2024, 2, 12) {
		t.Errorf("%+v", got)
	}
	want := map[string]catalog.Reason{"2024-02-08": catalog.NationalHoliday, "2024-02-09": catalog.CollectiveLeave, "2024-02-10": catalog.Weekend, "2024-02-11": catalog.Weekend,
		"2024-02-14": catalog.NationalHoliday, "2024-02-17": catalog.Weekend, "2024-02-18": catalog.Weekend}
	for _, s := range got.Count.Skipped {
		if want[s.Day.String()] != s.Reason || (s.Holiday == nil) != (s.Reason == catalog.Weekend) {
			t.Errorf("%s is passed over for %s", s.Day, s.Reason)
		}
		delete(want, s.Day.String())
	}
	if len(want) > 0 {
		t.Errorf("not passed over: %v", want)
	}
}

// Proves X5: of BKN's two own examples for the day of effect the rule meets the
// first and misses the second by a day, and says so; a summons with more notice
// than the minimum disputes nothing.
func TestTerm_SaysThatOfficialExamplesDisagree(t *testing.T) {
	t.Parallel()
	got := law(t, "2026-07-14").Term(rule(t, "sanction_effective"), from("2026-07-14"))
	want := []deadline.Example{
		{From: day.New(2022, 2, 8), Day: day.New(2022, 3, 2), Computed: day.New(2022, 3, 2), Agrees: true},
		{From: day.New(2022, 2, 14), Day: day.New(2022, 3, 8), Computed: day.New(2022, 3, 9), Agrees: false},
	}
	if !slices.Equal(got.Examples, want) || !got.Disputed() {
		t.Errorf("%+v", got.Examples)
	}
	if len(got.Readings) != 1 || got.Readings[0] != (deadline.Reading{Unit: catalog.CalendarDays, Day: day.New(2026, 7, 29)}) || got.Earliest != got.Day {
		t.Errorf("readings %+v, earliest %s", got.Readings, got.Earliest)
	}
	if notice := law(t, "2026-07-14").Term(rule(t, "first_summons_notice"), from("2026-07-14")); len(notice.Examples) != 2 || notice.Disputed() {
		t.Errorf("the summonses of the example: %+v", notice.Examples)
	}
}

// Proves X5, N1: where the rule is unsure, whoever must keep the term sees the
// earliest of its readings, everybody else the computed day; where it is sure
// there is one day.
func TestTerm_ShowsTheEarliestDefensibleDay(t *testing.T) {
	t.Parallel()
	l := law(t, "2026-07-20")
	objection := l.Term(rule(t, "objection_filing"), from("2026-07-14"))
	if objection.Day != day.New(2026, 8, 3) || objection.For(false) != objection.Day || objection.For(true) != day.New(2026, 7, 28) || !objection.Unsure() {
		t.Errorf("objection by %s, earliest %s", objection.Day, objection.Earliest)
	}
	appeal := l.Term(rule(t, "appeal_filing"), from("2026-07-14"))
	if appeal.For(true) != appeal.Day || appeal.Unsure() {
		t.Errorf("appeal by %s, earliest %s", appeal.Day, appeal.Earliest)
	}
	undecided := rule(t, "objection_filing")
	undecided.OtherReadings = nil // an unsure rule that names no other reading
	if got := l.Term(undecided, from("2026-07-14")); got.For(true) != day.New(2026, 7, 28) {
		t.Errorf("without readings: %s", got.For(true))
	}
}

// Proves K3: a holiday decreed after the clock started moves the day when it is
// counted again.
func TestTerm_LateDecreeMovesIt(t *testing.T) {
	t.Parallel()
	before := law(t, "2024-11-20").Term(rule(t, "decision_dispatch_after_absence"), from("2024-11-25"))
	after := law(t, "2024-11-22").Term(rule(t, "decision_dispatch_after_absence"), from("2024-11-25"))
	if before.Day != day.New(2024, 11, 28) || after.Day != day.New(2024, 11, 29) {
		t.Errorf("before the decree %s, after it %s", before.Day, after.Day)
	}
}

// Proves X5: holidays of the coming year are not decreed yet, and the date says
// that it is preliminary.
func TestTerm_SaysThatNextYearsHolidaysAreUnknown(t *testing.T) {
	t.Parallel()
	got := law(t, "2026-12-22").Term(rule(t, "decision_delivery"), from("2026-12-22"))
	if !slices.Equal(got.Count.YearsWithoutHolidays, []int{2027}) || !got.Unsure() {
		t.Errorf("%v, by %s", got.Count.YearsWithoutHolidays, got.Day)
	}
}

// Proves K2: the other start rules and last days, for a government's own rules.
func TestTerm_StartRulesAndLastDays(t *testing.T) {
	t.Parallel()
	base := catalog.DeadlineRule{Unit: catalog.CalendarDays, Amount: 3, Counting: catalog.DueBy, Row: catalog.Row{Confidence: catalog.High}}
	for _, c := range []struct {
		name  string
		with  func(*catalog.DeadlineRule)
		from  string
		want  string
		moved bool
	}{
		{"calendar days from the next day", func(*catalog.DeadlineRule) {}, "2024-11-21", "2024-11-24", false},
		{"the day of the event counts", func(r *catalog.DeadlineRule) { r.Starts = catalog.SameDay }, "2024-11-21", "2024-11-23", false},
		{"a Sunday moves to Monday", func(r *catalog.DeadlineRule) { r.LastDay = catalog.NextWorkingDay }, "2024-11-21", "2024-11-25", true},
		{"over voting day", func(r *catalog.DeadlineRule) { r.LastDay = catalog.NextWorkingDay }, "2024-11-24", "2024-11-28", true},
		{"an open day stays", func(r *catalog.DeadlineRule) { r.LastDay = catalog.NextWorkingDay }, "2024-11-22", "2024-11-25", false},
		{"working days from the event", func(r *catalog.DeadlineRule) { r.Unit, r.Starts = catalog.WorkingDays, catalog.SameDay }, "2024-11-25", "2024-11-28", false},
		{"from a Saturday no difference", func(r *catalog.DeadlineRule) { r.Unit, r.Starts = catalog.WorkingDays, catalog.SameDay }, "2024-11-30", "2024-12-04", false},
		{"nothing to count", func(r *catalog.DeadlineRule) { r.Amount = 0 }, "2024-11-24", "2024-11-24", false},
	} {
		r := base
		c.with(&r)
		if got := law(t, "2024-12-01").Term(r, from(c.from)); got.Day.String() != c.want || got.Count.Moved != c.moved {
			t.Errorf("%s: %s moved %v, want %s", c.name, got.Day, got.Count.Moved, c.want)
		}
	}
}

// Proves K2: hours run through nights and holidays from the instant, or from the
// end of the day where only that is known; the last day is that of the
// government's zone.
func TestTerm_HoursInTheZonesOfIndonesia(t *testing.T) {
	t.Parallel()
	r := rule(t, "personal_data_breach_notice")
	at := time.Date(2024, 12, 24, 16, 30, 0, 0, time.UTC) // 23.30 WIB, 00.30 WITA, 01.30 WIT
	for _, c := range []struct {
		zone       *time.Location
		from, last string
	}{{wib, "2024-12-24", "2024-12-27"}, {wita, "2024-12-25", "2024-12-28"}, {wit, "2024-12-25", "2024-12-28"}} {
		l := law(t, "2024-12-25")
		l.Zone = c.zone
		s := deadline.Start{On: day.Of(at, c.zone), At: &at}
		got := l.Term(r, s)
		if s.On.String() != c.from || got.Day.String() != c.last || !got.At.Equal(at.Add(72*time.Hour)) || len(got.Count.Skipped) != 0 {
			t.Errorf("%s: from %s to %s, at %s", c.zone, s.On, got.Day, got.At)
		}
	}
	if got := law(t, "2024-12-25").Term(r, from("2024-12-24")); got.Day != day.New(2024, 12, 27) || !got.At.Equal(time.Date(2024, 12, 27, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("from a day alone: %s at %s", got.Day, got.At)
	}
	paused := deadline.Start{On: day.New(2024, 12, 24), At: &at, Pauses: []deadline.Pause{{From: day.New(2024, 12, 25), Until: until("2024-12-26"), Reason: "r"}}}
	if got := law(t, "2024-12-30").Term(r, paused); !got.At.Equal(at.Add(120 * time.Hour)) {
		t.Errorf("two days of pause: %s", got.At)
	}
}

// Proves K4: a pause is passed over like a day off and says so, an open one grows
// day by day and nothing is late meanwhile; an extension adds to the amount.
func TestTerm_PausesAndExtensions(t *testing.T) {
	t.Parallel()
	r := rule(t, "ppk_follow_up_recommendation") // 14 working days
	plain := law(t, "2024-03-10").Term(r, from("2024-03-04"))
	if plain.Day != day.New(2024, 3, 26) {
		t.Fatalf("plain %s", plain.Day)
	}
	s := from("2024-03-04")
	s.Pauses = []deadline.Pause{{From: day.New(2024, 3, 14), Until: until("2024-03-19"), Reason: "subject in hospital"}}
	ended := law(t, "2024-04-30").Term(r, s)
	passed := 0
	for _, skip := range ended.Count.Skipped {
		if skip.Reason == catalog.Pause {
			passed++
		}
	}
	if ended.Day != day.New(2024, 4, 2) || passed != 6 || ended.Paused || !ended.Over(day.New(2024, 4, 3)) {
		t.Errorf("four working days of pause: %s, %d days of it passed over", ended.Day, passed)
	}
	s.Pauses[0].Until = nil
	for today, want := range map[string]string{"2024-03-14": "2024-03-27", "2024-03-19": "2024-04-02", "2025-03-04": "2025-03-17"} {
		open := law(t, today).Term(r, s)
		if open.Day.String() != want || !open.Paused || open.Over(day.MustParse(today)) || open.Level(day.MustParse(today)) != deadline.OnTime {
			t.Errorf("open on %s: %s, want %s", today, open.Day, want)
		}
	}
	s = from("2024-03-04")
	s.Extended = 5
	if got := law(t, "2024-03-10").Term(r, s); got.Day != day.New(2024, 4, 3) || got.Count.Amount != 19 {
		t.Errorf("five more: %s", got.Day)
	}
}

// Proves K5: a clock is warned before its last day, overdue after it, and rises
// to the appointing authority and to oversight as the rule says.
func TestLevel_RisesDayByDay(t *testing.T) {
	t.Parallel()
	term := law(t, "2024-03-10").Term(rule(t, "ppk_follow_up_recommendation"), from("2024-03-04")) // by 26 March; 3 before, 7 after
	for on, want := range map[string]deadline.Level{
		"2024-03-05": deadline.OnTime, "2024-03-22": deadline.OnTime, "2024-03-23": deadline.Warned, "2024-03-26": deadline.Warned,
		"2024-03-27": deadline.Overdue, "2024-04-02": deadline.Overdue, "2024-04-03": deadline.ToAuthority, "2024-04-09": deadline.ToAuthority,
		"2024-04-10": deadline.ToOversight, "2025-01-01": deadline.ToOversight,
	} {
		if got := term.Level(day.MustParse(on)); got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
	}
	effect := law(t, "2026-07-14").Term(rule(t, "sanction_effective"), from("2026-07-14"))
	if got := effect.Level(day.New(2027, 1, 1)); got != deadline.OnTime {
		t.Errorf("a day of effect is never late: %s", got)
	}
}

// drawn makes a random rule, start and calendar.
func drawn(rt *rapid.T) (catalog.DeadlineRule, deadline.Start, []catalog.Holiday, deadline.Law) {
	first := day.New(2024, 1, 1)
	anyDay := func(name string) day.Day { return first.AddDays(rapid.IntRange(0, 500).Draw(rt, name)) }
	r := catalog.DeadlineRule{
		Unit:     rapid.SampledFrom([]catalog.Unit{catalog.WorkingDays, catalog.CalendarDays, catalog.UnspecifiedDays, catalog.Hours}).Draw(rt, "unit"),
		Amount:   rapid.IntRange(0, 80).Draw(rt, "amount"),
		Counting: catalog.DueBy,
		Starts:   rapid.SampledFrom([]catalog.Starts{"", catalog.NextDay, catalog.SameDay}).Draw(rt, "starts"),
		LastDay:  rapid.SampledFrom([]catalog.LastDay{"", catalog.Stays, catalog.NextWorkingDay}).Draw(rt, "last"),
		Row:      catalog.Row{Confidence: rapid.SampledFrom([]catalog.Confidence{catalog.High, catalog.Low}).Draw(rt, "confidence")},
	}
	s := deadline.Start{On: anyDay("on"), Extended: rapid.IntRange(0, 10).Draw(rt, "extended")}
	if rapid.Bool().Draw(rt, "paused") {
		from := anyDay("pause")
		end := from.AddDays(rapid.IntRange(0, 30).Draw(rt, "long"))
		s.Pauses = []deadline.Pause{{From: from, Until: &end}}
	}
	var off []catalog.Holiday
	for range rapid.IntRange(0, 40).Draw(rt, "holidays") {
		off = append(off, catalog.Holiday{Date: anyDay("holiday"), HolidayKind: "national"})
	}
	return r, s, off, deadline.Law{Calendar: catalog.NewCalendar(off, day.Day{}), Zone: wib, Today: anyDay("today")}
}

// Proves K2, K3, K4: a later event, a larger amount, one more day off, an
// extension and a pause never make a term end earlier; the earliest reading is
// never later than the computed day; a last day in working days is one.
func TestTerm_IsMonotonous(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r, s, off, l := drawn(rt)
		base := l.Term(r, s)
		later := s
		later.On = s.On.AddDays(rapid.IntRange(1, 40).Draw(rt, "later"))
		more := r
		more.Amount++
		extended := s
		extended.Extended++
		holiday := l
		holiday.Calendar = catalog.NewCalendar(append(slices.Clone(off), catalog.Holiday{Date: s.On.AddDays(rapid.IntRange(0, 60).Draw(rt, "decree")), HolidayKind: "collective_leave"}), day.Day{})
		end := s.On.AddDays(rapid.IntRange(0, 60).Draw(rt, "ends"))
		paused := s
		paused.Pauses = append(slices.Clone(s.Pauses), deadline.Pause{From: s.On.AddDays(rapid.IntRange(0, 30).Draw(rt, "stops")), Until: &end})
		for name, other := range map[string]deadline.Term{"a later event": l.Term(r, later), "a larger amount": l.Term(more, s), "an extension": l.Term(r, extended),
			"a day off": holiday.Term(r, s), "a pause": l.Term(r, paused)} {
			if other.Day.Before(base.Day) {
				rt.Errorf("%s: %s instead of %s", name, other.Day, base.Day)
			}
			if other.Earliest.After(other.Day) {
				rt.Errorf("%s: the earliest day %s is after %s", name, other.Earliest, other.Day)
			}
		}
		if counted := r.Amount+s.Extended > 0; r.Unit == catalog.WorkingDays && counted && !l.Calendar.IsWorkingDay(base.Day) {
			rt.Errorf("%s is no working day", base.Day)
		}
	})
}

// Proves K2: the days counted and those passed over are all days there are, and
// levels only rise with the days.
func TestTerm_AddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r, s, _, l := drawn(rt)
		got := l.Term(r, s)
		if r.Unit != catalog.Hours && r.Amount+s.Extended > 0 && !got.Count.Moved {
			first := s.On.AddDays(1)
			if r.Starts == catalog.SameDay {
				first = s.On
			}
			if all := first.DaysUntil(got.Day) + 1; all != r.Amount+s.Extended+len(got.Count.Skipped) {
				rt.Errorf("%d days, of which %d counted and %d passed over", all, r.Amount+s.Extended, len(got.Count.Skipped))
			}
		}
		got.Rule.WarnBefore, got.Rule.EscalateAfter = rapid.IntRange(0, 9).Draw(rt, "warn"), rapid.IntRange(0, 9).Draw(rt, "rise")
		was := 0
		for on := s.On; on.Before(got.Day.AddDays(30)); on = on.AddDays(1) {
			now := slices.Index(deadline.Levels, got.Level(on))
			if now < was && !got.Paused {
				rt.Errorf("on %s the level fell", on)
			}
			was = now
		}
	})
}
