package report

import (
	"slices"
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

var states = []State{Received, Incomplete, UnderVerification, Accepted, Rejected, Duplicate, Withdrawn, Referred}

func everything(authz.Permission) bool { return true }

// Proves K1, T-26: each step leads where the table says, and from nowhere else.
func TestMachine_OnlyTheStepsOfTheTable(t *testing.T) {
	t.Parallel()
	want := map[Action]map[State]State{
		Verification:      {Received: UnderVerification, Incomplete: UnderVerification},
		CompletionRequest: {Received: Incomplete, Incomplete: Incomplete, UnderVerification: Incomplete},
		Answer:            {Incomplete: Received},
		Acceptance:        {UnderVerification: Accepted},
		Rejection:         {UnderVerification: Rejected},
		MarkDuplicate:     {Received: Duplicate, Incomplete: Duplicate, UnderVerification: Duplicate},
		Referral:          {Received: Referred, Incomplete: Referred, UnderVerification: Referred},
		Withdrawal: {Received: Withdrawn, Incomplete: Withdrawn, UnderVerification: Withdrawn, Accepted: Accepted,
			Referred: Referred, Duplicate: Duplicate},
		Finishing: {Accepted: Accepted},
	}
	for action, from := range want {
		for _, s := range states {
			r := Report{State: s}
			to, err := r.next(action, everything)
			if to != from[s] {
				t.Errorf("%s from %s leads to %q, want %q", action, s, to, from[s])
			}
			if f, ok := fault.As(err); from[s] == "" && (!ok || f.Kind != fault.Conflict || f.AllowedSteps == nil) {
				t.Errorf("%s from %s: %v", action, s, err)
			}
		}
	}
	for _, m := range machine {
		if want[m.action][m.from] != m.to {
			t.Errorf("the table has %s from %s, which no law knows", m.action, m.from)
		}
		if noted[m.action] == "" {
			t.Errorf("the journal has no word for %s", m.action)
		}
	}
}

// Proves that no report is lost: from every state that is not an end, some step
// leads on, and steps a caller lacks the permission for are not offered.
func TestMachine_NoDeadEnds(t *testing.T) {
	t.Parallel()
	for _, s := range []State{Received, Incomplete, UnderVerification} {
		r := Report{State: s, Channel: ByCode}
		if steps := r.steps(everything); len(steps) <= len(always) {
			t.Errorf("%s is a dead end: %v", s, steps)
		}
		own := r.steps(func(p authz.Permission) bool { return p == withdraw || p == message })
		if !slices.Equal(own, []string{"withdrawal", "message"}) {
			t.Errorf("a filer is offered %v in %s", own, s)
		}
	}
	if steps := (Report{State: Rejected, Channel: NoReporter}).steps(everything); slices.Contains(steps, "message") {
		t.Errorf("a message to nobody is offered: %v", steps)
	}
}

// Proves J5: the day named is the last on which an answer is awaited.
func TestResumed_TheDayAfterTheLast(t *testing.T) {
	t.Parallel()
	by := day.MustParse("2024-08-28")
	for on, want := range map[string]State{"2024-08-27": Incomplete, "2024-08-28": Incomplete, "2024-08-29": Received} {
		r := Report{State: Incomplete, AnswerBy: &by}.resumed(day.MustParse(on))
		if r.State != want || (r.AnswerBy == nil) != (want == Received) {
			t.Errorf("on %s it is %s", on, r.State)
		}
	}
}

// Proves H7, T1: every state has a word for the public, every word a text in
// both languages.
func TestPublicStatus_HasWords(t *testing.T) {
	t.Parallel()
	seen := map[PublicStatus]bool{}
	for _, s := range states {
		for _, o := range []Outcome{"", ActionTaken, NotProven, Closed} {
			seen[Report{State: s, Outcome: o}.PublicStatus()] = true
		}
	}
	for s := range seen {
		if w := publicWords[s]; w.ID == "" || w.EN == "" {
			t.Errorf("%s has no words", s)
		}
	}
	for s := range publicWords {
		if !seen[s] {
			t.Errorf("%s is told to nobody", s)
		}
	}
}

// Proves T-06: a tracking code is read as people type it; its government stands
// in front; what was mistyped says so.
func TestTrackingCode_RoundTrip(t *testing.T) {
	t.Parallel()
	const plain = "0000000000000000000000000"
	printed := trackingCode("36.71", plain)
	for _, s := range []string{printed, " " + printed + " ", "36.71-" + plain, "36.71 - oooo oooo oooo oooo oooo oooo o"} {
		gov, code, err := readTrackingCode(s)
		if err != nil || gov != "36.71" || code != plain {
			t.Errorf("%q reads as %q %q, %v", s, gov, code, err)
		}
	}
	for _, s := range []string{"", "36.71", plain, "36.71-" + plain[1:], "36.71-1" + plain[1:], "36.71-" + plain + "0"} {
		if _, _, err := readTrackingCode(s); !fault.Is(err, "report.code_mistyped") {
			t.Errorf("%q: %v", s, err)
		}
	}
}
