package deadline

import (
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Level is how urgent a clock is and who has to know of it.
type Level string

// The levels. Each is told to those of the levels below as well.
const (
	OnTime  Level = "running"
	Warned  Level = "warned"  // to whom the object is assigned
	Overdue Level = "overdue" // also to all who handle such objects
	// ToAuthority: the appointing authority is told.
	ToAuthority Level = "to_appointing_authority"
	// ToOversight: the inspectorate, and the bodies that see the matter.
	ToOversight Level = "to_oversight"
)

// Levels lists them in their order.
var Levels = []Level{OnTime, Warned, Overdue, ToAuthority, ToOversight}

// above reports whether a level is more urgent than another.
func (l Level) above(o Level) bool { return slices.Index(Levels, l) > slices.Index(Levels, o) }

// atLeast lists a level and those above it.
func atLeast(l Level) []Level { return Levels[max(slices.Index(Levels, l), 0):] }

// Level tells how urgent a term is on a day. Only what must be done by a day
// rises, and nothing that stands still; how soon is a matter of the rule.
func (t Term) Level(today day.Day) Level {
	r := t.Rule
	if r.Counting != catalog.DueBy || t.Paused {
		return OnTime
	}
	late := t.Day.DaysUntil(today)
	switch {
	case late > 0 && r.EscalateAfter > 0 && late > 2*r.EscalateAfter:
		return ToOversight
	case late > 0 && r.EscalateAfter > 0 && late > r.EscalateAfter:
		return ToAuthority
	case late > 0:
		return Overdue
	case r.WarnBefore > 0 && -late <= r.WarnBefore:
		return Warned
	}
	return OnTime
}
