package coaching

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Kind is what was done.
type Kind string

// The kinds.
const (
	Prevention   Kind = "prevention"
	Coached      Kind = "coaching"
	EarlyWarning Kind = "early_warning"
)

// State is where an entry stands.
type State string

// The states.
const (
	Open   State = "open"
	Closed State = "closed"
)

// Step is what may be done with an entry.
type Step string

// The steps. Answering is the person's own and asks for no state: it is open
// until the entry expires.
const (
	FollowingUp Step = "follow_up"
	Closing     Step = "closing"
	Answering   Step = "answer"
)

// moves is the state machine: what each step makes of each state.
var moves = map[State]map[Step]State{
	Open:   {FollowingUp: Open, Closing: Closed, Answering: Open},
	Closed: {Answering: Closed},
}

// Coaching is one entry of the ledger.
type Coaching struct {
	ID             id.ID
	Kind           Kind
	Person         *id.ID // nil when the whole unit is meant
	OPD            id.ID
	Held           day.Day
	ViolationType  string // code, or empty
	HandedOver     *bool  // set when a violation type is named
	FollowUp       *day.Day
	Expires        day.Day
	State          State
	ClosedOn       *day.Day
	AnsweredOn     *day.Day
	Words          Words
	FollowUps      []FollowUp
	RecordedLater  bool
	Version        int32
	aboutWholeUnit bool // in a new entry: the unit was named
}

// Words are all that was said; they are sealed at rest.
type Words struct {
	Topic          string `json:"topic"`
	Note           string `json:"note"`
	HandoverReason string `json:"handover_reason,omitempty"`
	Outcome        string `json:"outcome,omitempty"`
	Answer         string `json:"answer,omitempty"`
}

// FollowUp is what was seen later.
type FollowUp struct {
	Held          day.Day
	Note          string
	RecordedLater bool
}

// Expired reports whether the entry counts against nobody any more.
func (c Coaching) Expired(today day.Day) bool { return today.After(c.Expires) }

// check refuses an entry that cannot be, on a legal day, as recorded by the
// caller whose own record is me.
func (c Coaching) check(today day.Day, me id.ID) error {
	f := fault.New(fault.Rule, "coaching.invalid")
	if (c.Person == nil) != c.aboutWholeUnit {
		f.At("/asn_id", "coaching.person_or_unit")
	}
	if c.Person != nil && *c.Person == me {
		f.At("/asn_id", "coaching.self")
	}
	if c.Held.After(today) {
		f.At("/held_on", "coaching.in_future")
	}
	if c.FollowUp != nil && !c.FollowUp.After(c.Held) {
		f.At("/follow_up_on", "coaching.follow_up_too_early")
	}
	if c.ViolationType != "" && c.aboutWholeUnit {
		f.At("/violation_type", "coaching.act_of_a_person")
	}
	if (c.ViolationType != "") != (c.HandedOver != nil) {
		f.At("/handover", "coaching.handover_decision")
	}
	if c.HandedOver != nil && !*c.HandedOver && c.Words.HandoverReason == "" {
		f.At("/handover/reason", "coaching.handover_reason")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// step moves the entry, or refuses and says what may be done instead.
func (c Coaching) step(s Step) (Coaching, error) {
	to, ok := moves[c.State][s]
	if !ok {
		return c, fault.New(fault.Conflict, "coaching.wrong_step").Allowing(c.steps(true))
	}
	c.State = to
	c.Version++
	return c, nil
}

// steps lists what an officer may do with the entry.
func (c Coaching) steps(mayWrite bool) []string {
	out := []string{}
	for _, s := range []Step{FollowingUp, Closing} {
		if _, ok := moves[c.State][s]; ok && mayWrite {
			out = append(out, string(s))
		}
	}
	return out
}

// ownSteps lists what the person may do with the entry.
func (c Coaching) ownSteps(today day.Day) []string {
	if c.AnsweredOn == nil && !c.Expired(today) {
		return []string{string(Answering)}
	}
	return []string{}
}

// maxFollowUps bounds the follow-ups of an entry.
const maxFollowUps = 200

// followUp adds what was seen later, and says when to look again.
func (c Coaching) followUp(f FollowUp, next *day.Day, today day.Day) (Coaching, error) {
	c, err := c.step(FollowingUp)
	if err != nil {
		return c, err
	}
	refused := fault.New(fault.Rule, "coaching.invalid")
	if f.Held.Before(c.Held) || f.Held.After(today) {
		refused.At("/held_on", "coaching.day_impossible")
	}
	if next != nil && !next.After(f.Held) {
		refused.At("/next_follow_up_on", "coaching.follow_up_too_early")
	}
	if len(refused.Fields) > 0 {
		return c, refused
	}
	if len(c.FollowUps) >= maxFollowUps {
		return c, fault.New(fault.Rule, "coaching.too_many_follow_ups")
	}
	f.RecordedLater = f.Held.Before(today)
	c.FollowUp = next
	c.FollowUps = append(c.FollowUps, f)
	return c, nil
}

// close says what came of it.
func (c Coaching) close(on, today day.Day, outcome string) (Coaching, error) {
	c, err := c.step(Closing)
	if err != nil {
		return c, err
	}
	if on.Before(c.Held) || on.After(today) {
		return c, fault.New(fault.Rule, "coaching.day_impossible").At("/closed_on", "coaching.day_impossible")
	}
	c.ClosedOn, c.FollowUp, c.Words.Outcome = &on, nil, outcome
	return c, nil
}

// answer is the person's own word, once and before the entry expires.
func (c Coaching) answer(text string, today day.Day) (Coaching, error) {
	if c.AnsweredOn != nil {
		return c, fault.New(fault.Conflict, "coaching.answered").Allowing(nil)
	}
	if c.Expired(today) {
		return c, fault.New(fault.Conflict, "coaching.expired").Allowing(nil)
	}
	c, err := c.step(Answering)
	c.AnsweredOn, c.Words.Answer = &today, text
	return c, err
}
