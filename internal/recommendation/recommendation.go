package recommendation

import (
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// DueRule is the deadline rule that a recommendation's day follows.
const DueRule = "ppk_follow_up_recommendation"

// State is where a recommendation stands.
type State string

// The states.
const (
	Open       State = "open"
	FollowedUp State = "followed_up"
	Contested  State = "contested"
)

// Recommendation is one letter.
type Recommendation struct {
	ID            id.ID
	Organisation  id.ID
	Number        string // as printed
	Source        Source
	Issued        day.Day
	Received      day.Day
	State         State
	Closed        *day.Day // day of the follow-up that finished it
	Due           Due
	Mandate       *id.ID // the appointing authority of the day of receipt; nil when nobody is known
	RecordedLater bool
	Version       int32

	Subjects  []Subject
	FollowUps []FollowUp
	Cases     []id.ID
}

// Source is whose finding a recommendation rests on (an office of Bawaslu), its
// number there, and the number in BKN's report sharing (SBT).
type Source struct {
	Organisation *id.ID
	Number       string
	SBT          string
}

// Due is the day by which the appointing authority has to act, and why.
type Due struct {
	On         day.Day
	Computed   day.Day
	Rule       string
	Confidence catalog.Confidence
	Reason     string // why an official set another day than the computed one
}

// Subject is an ASN concerned and what is asked for.
type Subject struct {
	ASN      id.ID
	Sanction string // kind of sanction of the reference data
	Wording  string // what is asked for in the letter's words
}

// Kind is what a follow-up does to the state.
type Kind string

// The kinds: a step on the way, the one that finishes, and an answer that
// disputes the recommendation.
const (
	Interim Kind = "interim"
	Done    Kind = "done"
	Contest Kind = "contested"
)

// FollowUp is something done, with its proof.
type FollowUp struct {
	No            int32
	Kind          Kind
	Wording       string
	Number        string // of the letter or decree that proves it
	Day           day.Day
	Case          *id.ID
	RecordedLater bool
}

// machine is the one table: what may be done in a state and where it leads.
var machine = map[State]map[Kind]State{
	Open:      {Interim: Open, Done: FollowedUp, Contest: Contested},
	Contested: {Interim: Contested, Done: FollowedUp},
}

// follow is the recommendation after a follow-up on a legal day.
func (r Recommendation) follow(f FollowUp, today day.Day) (Recommendation, error) {
	to, ok := machine[r.State][f.Kind]
	if !ok {
		return r, fault.New(fault.Conflict, "recommendation.step_not_allowed").Allowing(r.steps(true))
	}
	if f.Day.After(today) {
		return r, fault.New(fault.Rule, "recommendation.days_wrong").At("/taken_on", "recommendation.day_in_future")
	}
	if f.Day.Before(r.Received) {
		return r, fault.New(fault.Rule, "recommendation.days_wrong").At("/taken_on", "recommendation.before_receipt")
	}
	r.State = to
	if to == FollowedUp {
		r.Closed = &f.Day
	}
	r.Version++
	return r, nil
}

// steps lists what may be done with a recommendation.
func (r Recommendation) steps(mayWrite bool) []string {
	if !mayWrite || machine[r.State] == nil {
		return []string{}
	}
	steps := []string{"follow_up", "due_day"}
	if _, ok := machine[r.State][Contest]; ok {
		steps = append(steps, "contestation")
	}
	return steps
}

// age is how many days the appointing authority took, or has been taking.
func (r Recommendation) age(today day.Day) int {
	until := today
	if r.Closed != nil {
		until = *r.Closed
	}
	return r.Received.DaysUntil(until)
}

// overdue reports whether it waits beyond its day.
func (r Recommendation) overdue(today day.Day) bool {
	return r.State != FollowedUp && today.After(r.Due.On)
}

// set is the day that an official set in place of the computed one, nil when none
// did.
func (d Due) set() *day.Day {
	if d.On == d.Computed && d.Reason == "" {
		return nil
	}
	return &d.On
}

// moved sets another day than the computed one.
func (d Due) moved(on day.Day, reason string) (Due, error) {
	if on == d.Computed {
		d.On, d.Reason = on, ""
		return d, nil
	}
	if strings.TrimSpace(reason) == "" {
		return d, fault.New(fault.Rule, "recommendation.reason_needed").At("/due_reason", "field.required")
	}
	d.On, d.Reason = on, reason
	return d, nil
}

// check holds a new recommendation to its rules.
func (r Recommendation) check(today day.Day) error {
	f := fault.New(fault.Rule, "recommendation.days_wrong")
	if r.Received.After(today) {
		f.At("/received_on", "recommendation.day_in_future")
	}
	if r.Received.Before(r.Issued) {
		f.At("/received_on", "recommendation.received_before_issued")
	}
	if len(f.Fields) > 0 {
		return f
	}
	for i, s := range r.Subjects {
		if s.Sanction == "" && s.Wording == "" {
			return fault.New(fault.Rule, "recommendation.demand_needed").At("/subjects", "recommendation.demand_needed")
		}
		if slices.ContainsFunc(r.Subjects[:i], func(o Subject) bool { return o.ASN == s.ASN }) {
			return fault.New(fault.Rule, "recommendation.subject_twice").At("/subjects", "recommendation.subject_twice")
		}
	}
	return nil
}
