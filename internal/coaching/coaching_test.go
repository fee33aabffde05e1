package coaching

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

var (
	today  = day.New(2024, 6, 10)
	person = id.ForName("person")
	me     = id.ForName("kasubag")
)

func entry() Coaching {
	return Coaching{Kind: EarlyWarning, Person: &person, Held: day.New(2024, 6, 3), Expires: day.New(2025, 6, 3), State: Open, Version: 1}
}

// Proves C5, X17, T-26: every step from every state, and what is open instead.
func TestStep_OnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	want := map[State]map[Step]State{Open: {FollowingUp: Open, Closing: Closed, Answering: Open}, Closed: {Answering: Closed}}
	shown := map[State][]string{Open: {"follow_up", "closing"}, Closed: {}}
	for _, from := range []State{Open, Closed} {
		for _, s := range []Step{FollowingUp, Closing, Answering} {
			got, err := Coaching{State: from, Version: 1}.step(s)
			to, ok := want[from][s]
			if ok != (err == nil) || (ok && (got.State != to || got.Version != 2)) {
				t.Errorf("%s from %s: %s, %v", s, from, got.State, err)
			}
			if f, _ := fault.As(err); !ok && (f.Kind != fault.Conflict || !slices.Equal(f.AllowedSteps, shown[from])) {
				t.Errorf("%s from %s shows %v", s, from, f.AllowedSteps)
			}
		}
	}
	if got := entry().steps(false); len(got) != 0 {
		t.Errorf("who may only read sees %v", got)
	}
}

func ptr[T any](v T) *T { return &v }

// Proves C5, X17: an entry that cannot be is refused with every reason at once;
// a catalogued act wants a decision about handing over, a refusal a reason.
func TestCheck_NamesEveryReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Coaching)
		fields []string
	}{
		"sound":                        {func(*Coaching) {}, nil},
		"a whole unit":                 {func(c *Coaching) { c.Person, c.aboutWholeUnit = nil, true }, nil},
		"nobody":                       {func(c *Coaching) { c.Person = nil }, []string{"/asn_id"}},
		"person and unit":              {func(c *Coaching) { c.aboutWholeUnit = true }, []string{"/asn_id"}},
		"oneself":                      {func(c *Coaching) { c.Person = &me }, []string{"/asn_id"}},
		"tomorrow":                     {func(c *Coaching) { c.Held = today.AddDays(1) }, []string{"/held_on"}},
		"follow-up the same day":       {func(c *Coaching) { c.FollowUp = &c.Held }, []string{"/follow_up_on"}},
		"an act, undecided":            {func(c *Coaching) { c.ViolationType = "x" }, []string{"/handover"}},
		"a decision about nothing":     {func(c *Coaching) { c.HandedOver = ptr(true) }, []string{"/handover"}},
		"handed over":                  {func(c *Coaching) { c.ViolationType, c.HandedOver = "x", ptr(true) }, nil},
		"not handed over, no reason":   {func(c *Coaching) { c.ViolationType, c.HandedOver = "x", ptr(false) }, []string{"/handover/reason"}},
		"not handed over, with reason": {func(c *Coaching) { c.ViolationType, c.HandedOver, c.Words.HandoverReason = "x", ptr(false), "y" }, nil},
		"an act of a unit": {func(c *Coaching) {
			c.Person, c.aboutWholeUnit, c.ViolationType, c.HandedOver = nil, true, "x", ptr(true)
		}, []string{"/violation_type"}},
		"two things wrong at once": {func(c *Coaching) { c.Held, c.ViolationType = today.AddDays(1), "x" }, []string{"/held_on", "/handover"}},
	} {
		e := entry()
		c.change(&e)
		err := e.check(today, me)
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

// Proves X17: follow-ups and closing lie between the entry and today; closing
// ends the follow-up.
func TestFollowUpAndClose_OnPossibleDays(t *testing.T) {
	t.Parallel()
	for on, ok := range map[day.Day]bool{day.New(2024, 6, 2): false, day.New(2024, 6, 3): true, today: true, today.AddDays(1): false} {
		got, err := entry().followUp(FollowUp{Held: on}, nil, today)
		if (err == nil) != ok || (ok && got.FollowUps[0].RecordedLater != on.Before(today)) {
			t.Errorf("followed up on %s: %v", on, err)
		}
		e := entry()
		e.FollowUp = ptr(today)
		got, err = e.close(on, today, "baik")
		if (err == nil) != ok || (ok && (got.FollowUp != nil || got.Words.Outcome != "baik")) {
			t.Errorf("closed on %s: %v", on, err)
		}
	}
	if _, err := entry().followUp(FollowUp{Held: today}, &today, today); !fault.Is(err, "coaching.invalid") {
		t.Errorf("looked at again the same day: %v", err)
	}
	full := entry()
	full.FollowUps = make([]FollowUp, maxFollowUps)
	if _, err := full.followUp(FollowUp{Held: today}, nil, today); !fault.Is(err, "coaching.too_many_follow_ups") {
		t.Errorf("one more: %v", err)
	}
}

// Proves X17: the person answers once, before the entry expires.
func TestAnswer_OnceBeforeItExpires(t *testing.T) {
	t.Parallel()
	e := entry()
	for on, open := range map[day.Day]bool{e.Expires: true, e.Expires.AddDays(1): false} {
		_, err := e.answer("x", on)
		if (err == nil) != open || (len(e.ownSteps(on)) == 1) != open || e.Expired(on) == open {
			t.Errorf("answered on %s: %v", on, err)
		}
	}
	e, _ = e.answer("x", today)
	if _, err := e.answer("y", today); !fault.Is(err, "coaching.answered") || len(e.ownSteps(today)) != 0 {
		t.Errorf("answered twice: %v", err)
	}
}
