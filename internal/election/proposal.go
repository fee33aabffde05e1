package election

import (
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Question is what is known of an act when a class is proposed for it. Only On
// is needed; what is left out narrows nothing.
type Question struct {
	// On is the day of the act.
	On day.Day
	// ElectionKind is general or regional.
	ElectionKind string
	// Phases of the day, from Calendar.PhasesOn.
	Phases Phases
	// Status of the candidate concerned on the day, from StatusOn.
	Status Status
	// Acts are codes such as like; a type fits that is committed by any of them.
	Acts []string
	// Direction is favours or harms.
	Direction string
	// Facts are conditions known to be true, such as spouse_is_candidate.
	Facts []string
}

// Proposal is a type of violation that fits.
type Proposal struct {
	Type catalog.ViolationType
	// Unstated lists conditions of the type that the question did not state;
	// the type fits only if they are true as well.
	Unstated []string
}

// Propose gives the types of violation that fit, those first that need no
// further fact and name one of the acts. It never decides: several types of
// different class may fit, and none.
func Propose(types []catalog.ViolationType, q Question) []Proposal {
	phases := q.Phases.For(q.Status)
	var out []Proposal
	for _, t := range types {
		if q.fits(t, phases) {
			out = append(out, Proposal{Type: t, Unstated: missing(t.Conditions, q.Facts)})
		}
	}
	slices.SortStableFunc(out, func(a, b Proposal) int { return a.distance() - b.distance() })
	return out
}

// distance is small for what fits closely.
func (p Proposal) distance() int {
	d := len(p.Unstated)
	if len(p.Type.Acts) == 0 {
		d += 10 // fits anything: the form outside the lists
	}
	return d
}

// For gives the phases with the frontier moved to where it is for the candidate
// concerned: the status on the day goes before the calendar.
func (p Phases) For(s Status) Phases {
	drop, add := Phase(""), Phase("")
	switch s {
	case Prospective:
		drop, add = AfterDetermination, BeforeDetermination
	case Determined:
		drop, add = BeforeDetermination, AfterDetermination
	default:
		return p
	}
	out := Phases{add}
	for _, one := range p {
		if one != drop && one != add {
			out = append(out, one)
		}
	}
	return out
}

func (q Question) fits(t catalog.ViolationType, phases Phases) bool {
	if !t.Usable(q.On) {
		return false
	}
	if len(t.Phases) > 0 && !phases.hasAnyOf(t.Phases) {
		return false
	}
	if !allows(t.CandidateStatuses, string(q.Status)) || !allows(t.ElectionKinds, q.ElectionKind) {
		return false
	}
	return fitsActs(t, q.Acts) && fitsDirection(t.HarmsOrFavours, q.Direction)
}

// allows reports whether a list that may be open contains a value that may be
// unknown.
func allows(list []string, v string) bool {
	return len(list) == 0 || v == "" || slices.Contains(list, v)
}

func fitsActs(t catalog.ViolationType, acts []string) bool {
	if len(acts) == 0 || len(t.Acts) == 0 {
		return true
	}
	return slices.ContainsFunc(acts, func(a string) bool { return slices.Contains(t.Acts, a) })
}

func fitsDirection(of, asked string) bool {
	return asked == "" || of == asked || of == "either" || of == "none"
}

func missing(conditions, facts []string) []string {
	var out []string
	for _, c := range conditions {
		if !slices.Contains(facts, c) {
			out = append(out, c)
		}
	}
	return out
}

// Classes lists the classes that occur in proposals, each once, in their order.
// More than one means that the facts do not decide between them yet.
func Classes(proposals []Proposal) []string {
	var out []string
	for _, p := range proposals {
		if !slices.Contains(out, p.Type.Class) {
			out = append(out, p.Type.Class)
		}
	}
	return out
}
