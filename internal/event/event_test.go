package event

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

var start = time.Date(2024, time.May, 21, 2, 0, 0, 0, time.UTC)

func hybrid() Event {
	return Event{State: Published, Kind: Sosialisasi, Mode: Hybrid, Venue: Venue{Name: "Aula", Capacity: 2}, StreamURL: "https://x", Version: 1,
		Starts: start, Ends: start.Add(3 * time.Hour), Day: day.New(2024, 5, 21), Invitations: []Invitation{{Mode: Online}}}
}

// Proves D1, T-26: every step from every state, and what is open instead.
func TestStep_OnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	want := map[State]string{
		Draft:     "update invitations publication cancellation",
		Published: "update invitations holding cancellation attendance office_group delegation check_in_code",
		Held:      "attendance office_group delegation minutes action_point",
		Cancelled: "",
	}
	becomes := map[Step]State{Publication: Published, Holding: Held, Cancellation: Cancelled}
	for from, open := range want {
		e := Event{State: from, Kind: Coordination, Version: 1}
		for _, s := range order {
			got, err := e.step(s)
			ok := slices.Contains(words(open), string(s))
			if ok != (err == nil) {
				t.Errorf("%s from %s: %v", s, from, err)
				continue
			}
			to := from
			if v, changes := becomes[s]; changes {
				to = v
			}
			if ok && (got.State != to || got.Version != 2) {
				t.Errorf("%s from %s leads to %s", s, from, got.State)
			}
			if f, _ := fault.As(err); !ok && (f.Kind != fault.Conflict || !slices.Equal(f.AllowedSteps, words(open))) {
				t.Errorf("%s from %s shows %v", s, from, f.AllowedSteps)
			}
		}
	}
	if err := (Event{State: Held, Kind: Apel}).allows(MinutesTaken); !fault.Is(err, "event.not_a_meeting") {
		t.Errorf("a roll-call has minutes: %v", err)
	}
	if got := (Event{State: Published, Kind: Apel}).steps(false, true); !slices.Equal(got, words("attendance office_group delegation")) {
		t.Errorf("an officer sees %v", got)
	}
}

func words(s string) []string { return append([]string{}, strings.Fields(s)...) }

// Proves D1, D2: an event that cannot be is refused with every reason at once.
func TestCheck_NamesEveryReason(t *testing.T) {
	t.Parallel()
	sid := id.ForName("s")
	for name, c := range map[string]struct {
		change func(*Event)
		fields []string
	}{
		"sound":                    {func(*Event) {}, nil},
		"ends before it starts":    {func(e *Event) { e.Ends = e.Starts }, []string{"/ends_at"}},
		"no place":                 {func(e *Event) { e.Venue = Venue{} }, []string{"/venue"}},
		"online needs none":        {func(e *Event) { e.Venue, e.Mode = Venue{}, Online }, nil},
		"a round without series":   {func(e *Event) { e.Round = 3 }, []string{"/round"}},
		"a series without round":   {func(e *Event) { e.Series = &sid }, []string{"/round"}},
		"invited online, on site":  {func(e *Event) { e.Mode = OnSite }, []string{"/mode"}},
		"two things wrong at once": {func(e *Event) { e.Mode, e.Ends = OnSite, e.Starts }, []string{"/ends_at", "/mode"}},
	} {
		e := hybrid()
		c.change(&e)
		err := e.check()
		var got []string
		if f, ok := fault.As(err); ok {
			for _, x := range f.Fields {
				got = append(got, x.Pointer)
			}
		}
		if !slices.Equal(got, c.fields) {
			t.Errorf("%s: %v, want %v", name, got, c.fields)
		}
	}
}

// Proves D1: a published event is moved with a reason, and what it was stays.
func TestMoved_WantsAReason(t *testing.T) {
	t.Parallel()
	later := start.Add(time.Hour)
	for name, c := range map[string]struct {
		state  State
		change Change
		moves  bool
	}{
		"title":          {Published, Change{Title: ptr("x")}, false},
		"capacity alone": {Published, Change{Venue: &Venue{Name: "Aula", Capacity: 9}}, false},
		"time":           {Published, Change{Starts: &later}, true},
		"place":          {Published, Change{Venue: &Venue{Name: "Pendopo"}}, true},
		"a draft's time": {Draft, Change{Starts: &later}, false},
	} {
		e := hybrid()
		e.State = c.state
		m, err := e.moved(c.change.apply(e), "")
		if c.moves != fault.Is(err, "event.move_reason_needed") || m != nil {
			t.Errorf("%s without reason: %v %v", name, m, err)
		}
		m, err = e.moved(c.change.apply(e), "gedung dipakai")
		if err != nil || (m != nil) != c.moves || (m != nil && (!m.Starts.Equal(start) || m.VenueName != "Aula")) {
			t.Errorf("%s with reason: %v %v", name, m, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// Proves D1, D4, X18: publishing wants somebody invited and a stream ahead of
// time; rules of a draft are replaced, those of a published event added.
func TestPublish_AndInvite(t *testing.T) {
	t.Parallel()
	e := hybrid()
	e.State = Draft
	for name, c := range map[string]struct {
		change func(*Event)
		today  day.Day
		code   string
		later  bool
	}{
		"sound":                     {func(*Event) {}, e.Day, "", false},
		"entered later":             {func(*Event) {}, e.Day.AddDays(1), "", true},
		"nobody":                    {func(e *Event) { e.Invitations = nil }, e.Day, "event.nobody_invited", false},
		"a meeting of guests alone": {func(e *Event) { e.Invitations, e.Kind = nil, Coordination }, e.Day, "", false},
		"no stream":                 {func(e *Event) { e.StreamURL = "" }, e.Day, "event.stream_needed", false},
		"no stream, long ago":       {func(e *Event) { e.StreamURL = "" }, e.Day.AddDays(1), "", true},
	} {
		x := e
		c.change(&x)
		got, err := x.publish(c.today)
		if (err == nil) != (c.code == "") || (err != nil && !fault.Is(err, c.code)) || (err == nil && got.RecordedLater != c.later) {
			t.Errorf("%s: %+v %v", name, got.RecordedLater, err)
		}
	}
	again, err := e.invite([]Invitation{{Mode: OnSite}})
	if err != nil || len(again.Invitations) != 1 || again.Invitations[0].Mode != OnSite {
		t.Errorf("a draft's rules became %v, %v", again.Invitations, err)
	}
	more, err := hybrid().invite([]Invitation{{Mode: OnSite}})
	if err != nil || len(more.Invitations) != 2 {
		t.Errorf("a published event's rules became %v, %v", more.Invitations, err)
	}
	if _, err := hybrid().invite([]Invitation{{Mode: Online, UnreachedOnly: true}}); !fault.Is(err, "event.no_series") {
		t.Errorf("not reached in no series: %v", err)
	}
	if e.seat(2) != nil || !fault.Is(e.seat(3), "event.over_capacity") || (Event{}).seat(1e6) != nil {
		t.Error("the place holds the wrong number")
	}
}

// Proves A3, K5: the delegate opens only when named and in office that day.
func TestOpening_ByMandateOfTheDay(t *testing.T) {
	t.Parallel()
	holder := government.Mandate{ID: id.ForName("h"), HolderKind: government.Pj, Title: "Pj. Bupati", HolderName: "A", Powers: []government.Power{government.PowerAll}}
	delegate := government.Mandate{ID: id.ForName("d"), HolderKind: government.Delegate, Title: "a.n. Pj. Bupati", HolderName: "B", Powers: []government.Power{government.PowerOpenEvents}}
	for name, c := range map[string]struct {
		holders []government.Mandate
		named   *id.ID
		title   string
		code    string
	}{
		"the holder":         {[]government.Mandate{delegate, holder}, nil, "Pj. Bupati", ""},
		"the delegate":       {[]government.Mandate{holder, delegate}, &delegate.ID, "a.n. Pj. Bupati", ""},
		"nobody":             {nil, nil, "", "event.no_mandate"},
		"a delegate gone":    {[]government.Mandate{holder}, &delegate.ID, "", "event.no_mandate"},
		"two beside, unsaid": {[]government.Mandate{delegate, delegate}, nil, "", "event.opening_ambiguous"},
	} {
		got, err := Opening{Mandate: c.named}.of(c.holders)
		if (c.code == "" && (err != nil || got.Title != c.title)) || (c.code != "" && !fault.Is(err, c.code)) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// Proves D2, D6, T-28: each line of a list has an outcome of its own; one
// person, one standing entry; walk-ins and delegates are told apart.
func TestJudge_EachLineItsOutcome(t *testing.T) {
	t.Parallel()
	a, b, walk, deleg, anew, far, boss := id.ForName("a"), id.ForName("b"), id.ForName("w"), id.ForName("d"), id.ForName("n"), id.ForName("f"), id.ForName("boss")
	people := map[id.ID]standing{a: {Invited: true}, b: {Invited: true, Stands: true, Entries: 1}, walk: {}, deleg: {DelegateOf: &boss}, anew: {Invited: true, Entries: 2}}
	out, entries := hybrid().judge([]Line{{a, OnSite}, {a, Online}, {b, Online}, {walk, OnSite}, {deleg, OnSite}, {anew, OfficeGroup}, {far, OnSite}}, people)
	if want := []Outcome{Recorded, Already, Already, WalkIn, Recorded, Recorded, NotFound}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
	if len(entries) != 4 || !entries[1].WalkIn || entries[2].WalkIn || *entries[2].DelegateOf != boss || entries[3].Entry != 3 {
		t.Errorf("entries: %+v", entries)
	}
	e := hybrid()
	e.Mode = OnSite
	if out, entries := e.judge([]Line{{a, OfficeGroup}, {a, OnSite}}, people); !slices.Equal(out, []Outcome{WrongMode, Recorded}) || len(entries) != 1 {
		t.Errorf("in a hall alone: %v", out)
	}
}

// Proves D6: check-in is open from an hour before until the end, and not for a
// cancelled event; a code is read as people type it.
func TestCheckIn_WhileTheEventRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state State
		at    time.Time
		open  bool
	}{
		"too early":   {Published, start.Add(-61 * time.Minute), false},
		"an hour":     {Published, start.Add(-time.Hour), true},
		"the end":     {Held, start.Add(3 * time.Hour), true},
		"afterwards":  {Published, start.Add(3*time.Hour + time.Second), false},
		"cancelled":   {Cancelled, start, false},
		"not yet out": {Draft, start, false},
	} {
		e := hybrid()
		e.State = c.state
		if err := e.open(c.at); (err == nil) != c.open {
			t.Errorf("%s: %v", name, err)
		}
	}
	code := newCode()
	if len(code) != codeSymbols || plainCode(" "+printCode(code)+" ") != code || plainCode("o1-il") != "0111" {
		t.Errorf("code %s prints as %s", code, printCode(code))
	}
	if code == newCode() {
		t.Error("two codes are the same")
	}
}

// Proves D12: an action point is done once, between the meeting and today.
func TestActionPoint_DoneOnce(t *testing.T) {
	t.Parallel()
	e := hybrid()
	today := e.Day.AddDays(10)
	for on, ok := range map[day.Day]bool{e.Day.AddDays(-1): false, e.Day: true, today: true, today.AddDays(1): false} {
		if _, err := (ActionPoint{}).complete(e, on, today, ""); (err == nil) != ok {
			t.Errorf("done on %s: %v", on, err)
		}
	}
	if _, err := (ActionPoint{Done: &today}).complete(e, today, today, ""); !fault.Is(err, "event.action_point_done") {
		t.Errorf("done twice: %v", err)
	}
}
