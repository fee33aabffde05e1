package election

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
)

// Status says what somebody is in an election.
type Status string

// The statuses.
const (
	// Prospective is a bakal calon: spoken of or registered.
	Prospective Status = "prospective"
	// Determined is a calon, determined by the KPU.
	Determined Status = "determined"
	// NotDetermined was found not eligible.
	NotDetermined Status = "not_determined"
	// Withdrawn withdrew, died or was annulled.
	Withdrawn Status = "withdrawn"
)

// statusSteps is the way a candidacy goes. A court may bring back whoever was
// not determined or was annulled.
var statusSteps = map[Status][]Status{
	Prospective:   {Determined, NotDetermined, Withdrawn},
	Determined:    {Withdrawn},
	NotDetermined: {Determined, Withdrawn},
	Withdrawn:     {Prospective, Determined},
}

// CanBecome reports whether one status may follow another.
func (s Status) CanBecome(next Status) bool { return slices.Contains(statusSteps[s], next) }

// StatusChange is a status and the first day on which it holds.
type StatusChange struct {
	Status Status
	From   day.Day
}

// StatusOn gives the status on a day, and "" before the first one. The order of
// changes does not matter.
func StatusOn(changes []StatusChange, on day.Day) Status {
	var found StatusChange
	for _, c := range changes {
		if !c.From.After(on) && !c.From.Before(found.From) {
			found = c
		}
	}
	return found.Status
}
