package casefile

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// State is where a case stands.
type State string

// The states.
const (
	Registered  State = "registered"
	Summoned    State = "summoned"
	Examined    State = "examined"
	Recommended State = "recommended"
	Decided     State = "decided"
	Delivered   State = "delivered"
	Contested   State = "contested"
	InForce     State = "in_force"
	Serving     State = "serving"
	Completed   State = "completed"
	Closed      State = "closed"
)

// States lists the states in the order of the process.
var States = []State{Registered, Summoned, Examined, Recommended, Decided, Delivered, Contested, InForce, Serving, Completed, Closed}

// open are the states of a case that is not closed.
var open = States[:len(States)-1]

// Step is something done to a case, named as its address in the contract.
type Step string

// The steps. Those from Delivery to NationalRecord are taken on the case's
// sanction.
const (
	Opened          Step = "opening"
	Summoning       Step = "summonses"
	Examining       Step = "examination"
	Recommending    Step = "recommendation"
	Returning       Step = "returns"
	Deciding        Step = "decision" // that nothing was proven
	Imposing        Step = "sanction" // a sanction
	Delivering      Step = "delivery"
	Effecting       Step = "effect"
	Contesting      Step = "contests"
	ContestDeciding Step = "contest-decision"
	Executing       Step = "execution"
	Completing      Step = "completion"
	NationalRecord  Step = "national-record"
	Closing         Step = "closing"
	Reopening       Step = "reopening"
	Noting          Step = "notes"
	Assigning       Step = "assignments"
	Recusing        Step = "recusals"
	Pausing         Step = "pauses" // of one of the case's clocks
	Resuming        Step = "resumptions"
	Extending       Step = "extensions"
)

// Transition says from where a step leads to where, and who may take it.
type Transition struct {
	Step Step
	From []State
	// To lists where the step may lead; empty when the state stays.
	To         []State
	Permission authz.Permission
	// OnSanction marks the steps taken on the sanction of the case.
	OnSanction bool
	// OnClock marks the steps taken on a clock of the case (package deadline).
	OnClock bool
	// Guard is the condition beside the state, for readers.
	Guard string
}

// Transitions is the state machine (domain: from report to closure).
var Transitions = []Transition{
	{Step: Summoning, From: []State{Registered, Summoned}, To: []State{Summoned}, Permission: "case.examine",
		Guard: "The second summons follows a missed first one."},
	{Step: Examining, From: []State{Summoned}, To: []State{Examined, Summoned}, Permission: "case.examine",
		Guard: "Signed or refused leads on; absent leads on after the second missed summons."},
	{Step: Recommending, From: []State{Examined}, To: []State{Recommended}, Permission: "case.recommend"},
	{Step: Returning, From: []State{Recommended}, To: []State{Examined}, Permission: "case.decide",
		Guard: "With a reason."},
	{Step: Deciding, From: []State{Recommended}, To: []State{Closed}, Permission: "case.decide",
		Guard: "Not proven; signed by whom the authority matrix allows on that day."},
	{Step: Imposing, From: []State{Recommended}, To: []State{Decided}, Permission: "sanction.impose",
		Guard: "Signed by whom the authority matrix allows on that day; a kind that may be imposed on the subject; heavier on repetition; never twice for one breach."},
	{Step: Delivering, From: []State{Decided}, To: []State{Delivered}, Permission: "sanction.handle", OnSanction: true},
	{Step: Effecting, From: []State{Delivered}, To: []State{InForce}, Permission: "sanction.handle", OnSanction: true,
		Guard: "The day of effect has come."},
	{Step: Contesting, From: []State{Delivered, InForce}, To: []State{Contested}, Permission: "sanction.handle", OnSanction: true,
		Guard: "An objection, or an appeal against dismissal; none to BPASN in ethics."},
	{Step: ContestDeciding, From: []State{Contested}, To: []State{InForce, Delivered, Closed}, Permission: "sanction.handle", OnSanction: true,
		Guard: "Confirmed leads into force, changed is delivered anew, annulled closes."},
	{Step: Executing, From: []State{InForce}, To: []State{Serving, Completed}, Permission: "sanction.handle", OnSanction: true,
		Guard: "Kinds with a duration are served, the others are complete."},
	{Step: Completing, From: []State{Serving}, To: []State{Completed}, Permission: "sanction.handle", OnSanction: true,
		Guard: "After the months of the kind."},
	{Step: NationalRecord, From: []State{InForce, Serving, Completed}, Permission: "sanction.handle", OnSanction: true},
	{Step: Closing, From: open, To: []State{Closed}, Permission: "case.close",
		Guard: "Completed asks for a completed sanction in the national record."},
	{Step: Reopening, From: []State{Closed}, To: open, Permission: "case.reopen",
		Guard: "With a reason, to where the case stood; to examined when nothing was proven or the sanction annulled. Not once a sanction was carried out."},
	{Step: Noting, From: States, Permission: "case.note"},
	{Step: Assigning, From: open, Permission: "case.assign"},
	{Step: Recusing, From: open, Permission: "case.assign"},
	{Step: Pausing, From: open, Permission: "deadline.change", OnClock: true, Guard: "With a reason, where the rule of the term lets it stand still."},
	{Step: Resuming, From: open, Permission: "deadline.change", OnClock: true, Guard: "Of a term that stands still."},
	{Step: Extending, From: open, Permission: "deadline.change", OnClock: true, Guard: "With a reason, up to the limit of the rule."},
}

// transition finds the row of a step.
func transition(step Step) (Transition, bool) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.Step == step })
	if i < 0 {
		return Transition{}, false
	}
	return Transitions[i], true
}

// leads reports whether a step may lead from one state to another; to is empty
// when the state stays.
func (t Transition) leads(from, to State) bool {
	if !slices.Contains(t.From, from) {
		return false
	}
	if len(t.To) == 0 {
		return to == "" || to == from
	}
	return slices.Contains(t.To, to)
}

// closed by these reasons, a case has run its whole course.
const (
	reasonCompleted = "completed"
	reasonNotProven = "not_proven"
	reasonCancelled = "cancelled"
)

// steps lists what somebody may do with a case now. may answers for a
// permission; as is how the caller sees the case.
func (c Case) steps(as View, may func(authz.Permission) bool) []string {
	out := []string{}
	if as == AsSubject {
		return out
	}
	for _, t := range Transitions {
		if t.OnSanction || t.OnClock || !slices.Contains(t.From, c.State) || !may(t.Permission) {
			continue
		}
		if t.Step == Reopening && c.ClosingReason == reasonCompleted {
			continue
		}
		if as == AsSuperior && t.Permission != "case.examine" {
			continue
		}
		out = append(out, string(t.Step))
	}
	return out
}

// SanctionSteps lists what the caller may do with the sanction of a case.
func (c Case) SanctionSteps(as View, may func(authz.Permission) bool) []string {
	out := []string{}
	for _, t := range Transitions {
		if as == AsHandler && t.OnSanction && slices.Contains(t.From, c.State) && may(t.Permission) {
			out = append(out, string(t.Step))
		}
	}
	return out
}

// refuse is the answer to a step that the state does not allow.
func refuse(allowed []string) error {
	return fault.New(fault.Conflict, "case.step_not_allowed").Allowing(allowed)
}
