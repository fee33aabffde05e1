package notify

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/id"
)

// DeliveryState is how far a notice is on its way to an address outside.
type DeliveryState string

// The states. Waiting and gathered are not the end.
const (
	Waiting DeliveryState = "waiting"
	// Gathered: it goes with a digest, the delivery that Message names.
	Gathered DeliveryState = "gathered"
	Sent     DeliveryState = "sent"
	// Refused: the address takes nothing.
	Refused DeliveryState = "refused"
	// Failed: the message was not taken, or nobody took it in time.
	Failed DeliveryState = "failed"
	// Withheld: when it was to be sent, the address was gone, the notice was read
	// already, or the reader might not see its object any more.
	Withheld DeliveryState = "withheld"
)

// codeKind is the kind of a delivery that is no notice: the code that confirms an
// address.
const codeKind = "address_code"

// digestKind is the kind of a delivery that carries several notices. It alone is
// claimed; the deliveries that it gathered share its fate.
const digestKind = "digest"

// Delivery is a notice on its way to one address.
type Delivery struct {
	Tenant   int32
	ID       id.ID
	Account  id.ID
	Address  id.ID
	Channel  carrier.Channel
	Kind     string
	Notice   *id.ID
	State    DeliveryState
	Message  id.ID
	Attempts int32
	Next     time.Time
	Last     *time.Time
	Status   *int32
	Error    string
	Created  time.Time
}

// pauses are the waits between attempts: what the other side could not take in
// three days is given up.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// after says how a delivery stands after an attempt. jitter is between 0 and 1:
// the waits of many spread, so that a mail server that comes back is not run over
// (T-72).
func (d Delivery) after(o carrier.Outcome, now time.Time, jitter float64, pauses []time.Duration) Delivery {
	d.Attempts++
	d.Last, d.Error, d.Status = &now, o.Reason, nil
	if o.Status != 0 {
		s := int32(o.Status)
		d.Status = &s
	}
	switch {
	case o.Verdict == carrier.Sent:
		d.State, d.Error = Sent, ""
	case o.Verdict == carrier.AddressRefused:
		d.State = Refused
	case o.Verdict == carrier.MessageRefused, int(d.Attempts) > len(pauses):
		d.State = Failed
	default:
		wait := pauses[d.Attempts-1]
		d.Next = now.Add(wait/2 + time.Duration(jitter*float64(wait)))
	}
	return d
}

// withheld says why a delivery is not sent.
func (d Delivery) withheld(reason string, now time.Time) Delivery {
	d.State, d.Last, d.Error = Withheld, &now, reason
	return d
}
