package webhook

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// State is where an endpoint stands.
type State string

// The states of endpoints.
const (
	Active State = "active"
	// Paused by its owner: changes are kept and sent later.
	Paused State = "paused"
	// Disabled because it failed for days or said that it is gone.
	Disabled State = "disabled"
	// Ended for good.
	Ended State = "ended"
)

// Step is what its owner may do with an endpoint.
type Step string

// The steps.
const (
	Update Step = "update"
	Pause  Step = "pause"
	Resume Step = "resumption"
	Rotate Step = "secret"
	Test   Step = "test"
	Replay Step = "replay"
	End    Step = "ending"
)

// machine says which steps are open in which state, and where they lead.
var machine = map[State]map[Step]State{
	Active:   {Update: Active, Pause: Paused, Rotate: Active, Test: Active, Replay: Active, End: Ended},
	Paused:   {Update: Paused, Resume: Active, Rotate: Paused, End: Ended},
	Disabled: {Update: Disabled, Resume: Active, Rotate: Disabled, End: Ended},
	Ended:    {},
}

// order is how steps are listed.
var order = []Step{Update, Pause, Resume, Rotate, Test, Replay, End}

// Endpoint is where somebody wants to be told.
type Endpoint struct {
	ID          id.ID
	Recipient   id.ID
	Tenant      *int32
	Client      *id.ID
	URL         string
	Description string
	// Types narrow what is told; none means everything.
	Types        []journal.Type
	State        State
	ReadSeq      int64
	FailingSince *time.Time
	Version      int32
	Created      time.Time
}

// Steps lists what may be done with the endpoint now.
func (e Endpoint) Steps(mayWrite bool) []string {
	out := []string{}
	for _, s := range order {
		if _, open := machine[e.State][s]; open && mayWrite {
			out = append(out, string(s))
		}
	}
	return out
}

// take makes a step.
func (e Endpoint) take(s Step) (Endpoint, error) {
	to, open := machine[e.State][s]
	if !open {
		return e, fault.New(fault.Conflict, "webhook.step_not_allowed").Allowing(e.Steps(true))
	}
	e.State = to
	e.Version++
	return e, nil
}

// wants reports whether the endpoint is told of a type.
func (e Endpoint) wants(t journal.Type) bool {
	return len(e.Types) == 0 || slices.Contains(e.Types, t)
}

// Secret signs messages.
type Secret struct {
	ID      id.ID
	Value   string // whsec_…, shown once
	Created time.Time
	Expires *time.Time
}

// overlap is how long a secret that was replaced still signs beside the new one.
const overlap = 24 * time.Hour

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of deliveries.
const (
	Waiting   DeliveryState = "waiting"
	Delivered DeliveryState = "delivered"
	Dead      DeliveryState = "dead"
)

// Delivery is one message on its way to one endpoint.
type Delivery struct {
	Endpoint   id.ID
	ID         id.ID
	Place      int64
	Message    id.ID
	Type       journal.Type
	Object     id.ID
	Government *id.ID
	At         time.Time
	State      DeliveryState
	Attempts   int32
	Next       time.Time
	Last       *time.Time
	LastStatus *int32
	// LastError is a code, never a text of the receiver.
	LastError string
}

// tested is the type of the message that the test button sends. It is no change:
// nothing happened.
const tested journal.Type = "webhook.tested"

// pauses are the waits before the next attempts, about three days in all. The
// attempts after the last one are none: the delivery is dead.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// disabledAfter is how long an endpoint may take nothing at all before it is
// disabled.
const disabledAfter = 3 * 24 * time.Hour

// outcome is what came of one attempt.
type outcome struct {
	status int
	err    string // code
	// gone says that the receiver wants nothing any more (410).
	gone bool
	// retryAfter is how long the receiver asked to be left alone.
	retryAfter time.Duration
}

func (o outcome) ok() bool { return o.status >= 200 && o.status < 300 }

// longestAsked bounds the wait that a receiver can ask for.
const longestAsked = time.Hour

// after says how a delivery stands after an attempt. jitter is between 0 and 1:
// the waits of many deliveries spread, so that a receiver that comes back is not
// run over (T-72).
func (d Delivery) after(o outcome, now time.Time, jitter float64, pauses []time.Duration) Delivery {
	d.Attempts++
	d.Last, d.LastError, d.LastStatus = &now, o.err, nil
	if o.status != 0 {
		s := int32(o.status)
		d.LastStatus = &s
	}
	switch {
	case o.ok():
		d.State, d.LastError = Delivered, ""
	case int(d.Attempts) > len(pauses) || o.gone:
		d.State = Dead
	default:
		wait := pauses[d.Attempts-1]
		wait = wait/2 + time.Duration(jitter*float64(wait))
		d.Next = now.Add(max(wait, min(o.retryAfter, longestAsked)))
	}
	return d
}
