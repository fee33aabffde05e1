package opd

import (
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Unit is an OPD or a unit below one.
type Unit struct {
	ID        id.ID
	Code      string // short name, unique in the government
	Name      string
	Type      string // dinas, badan, kecamatan, school, ...
	Parent    *id.ID
	From      day.Day
	Until     *day.Day // last day
	Successor *id.ID   // what it was merged into
	Version   int32
	path      string
}

// On reports whether the unit exists on a legal day.
func (u Unit) On(d day.Day) bool { return !d.Before(u.From) && (u.Until == nil || !d.After(*u.Until)) }

// placed puts the unit below a parent; the path makes its subtree a range.
func (u Unit) placed(parent *Unit) Unit {
	own := strings.ReplaceAll(u.ID.String(), "-", "")
	if parent == nil {
		u.Parent, u.path = nil, "/"+own
		return u
	}
	u.Parent, u.path = &parent.ID, parent.path+"/"+own
	return u
}

// Below reports whether the unit lies in the subtree of another, itself included.
func (u Unit) Below(root Unit) bool {
	return u.path == root.path || strings.HasPrefix(u.path, root.path+"/")
}

// end sets the last day.
func (u Unit) end(last day.Day) (Unit, error) {
	if u.Until != nil {
		return u, fault.New(fault.Conflict, "opd.ended").Allowing(nil)
	}
	if last.Before(u.From) {
		return u, fault.New(fault.Rule, "opd.period_inverted").At("/last_day", "opd.period_inverted")
	}
	u.Until = &last
	u.Version++
	return u, nil
}

// steps lists what may be done with a unit.
func (u Unit) steps(mayWrite bool) []string {
	if !mayWrite || u.Until != nil {
		return []string{}
	}
	return []string{"update", "renaming", "move", "split", "officer", "ending"}
}

// ChangeKind is what became of a unit.
type ChangeKind string

// The kinds of changes.
const (
	Created ChangeKind = "created"
	Renamed ChangeKind = "renamed"
	Moved   ChangeKind = "moved"
	Merged  ChangeKind = "merged"
	Split   ChangeKind = "split"
	Ended   ChangeKind = "ended"
)

// Change is an entry of a unit's history: from Day on it has this name and
// parent.
type Change struct {
	Kind          ChangeKind
	Day           day.Day
	Name          string
	Parent        *id.ID
	Related       []id.ID
	RecordedLater bool
}

// Office is what an officer of a unit holds.
type Office string

// The offices of a unit.
const (
	Head             Office = "head"
	PersonnelOfficer Office = "personnel_officer" // Kasubag Umum dan Kepegawaian
)

// Officer is who holds an office of a unit from a day on.
type Officer struct {
	ID            id.ID
	OPD           id.ID
	Office        Office
	ASN           id.ID
	HolderKind    string // definitive, plt, plh
	From          day.Day
	Until         *day.Day
	RecordedLater bool
	Version       int32
}

// check holds a new officer against those of the same office: a Plh may stand
// beside a holder, two others may not overlap.
func (o Officer) check(others []Officer) error {
	if o.Until != nil && o.Until.Before(o.From) {
		return fault.New(fault.Rule, "opd.period_inverted").At("/valid_until", "opd.period_inverted")
	}
	for _, x := range others {
		if o.HolderKind == "plh" || x.HolderKind == "plh" || x.Office != o.Office {
			continue
		}
		if (x.Until == nil || !o.From.After(*x.Until)) && (o.Until == nil || !o.Until.Before(x.From)) {
			return fault.New(fault.Conflict, "opd.officer_overlaps")
		}
	}
	return nil
}

func (o Officer) end(last day.Day) (Officer, error) {
	if last.Before(o.From) {
		return o, fault.New(fault.Rule, "opd.period_inverted").At("/last_day", "opd.period_inverted")
	}
	if o.Until != nil && !last.Before(*o.Until) {
		return o, fault.New(fault.Conflict, "opd.officer_ended").Allowing(nil)
	}
	o.Until = &last
	o.Version++
	return o, nil
}

func (o Officer) steps(today day.Day, mayWrite bool) []string {
	if mayWrite && (o.Until == nil || !o.Until.Before(today)) {
		return []string{"ending"}
	}
	return []string{}
}
