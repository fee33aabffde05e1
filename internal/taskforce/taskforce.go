package taskforce

import (
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// TaskForce is one Satgas.
type TaskForce struct {
	ID             id.ID
	Name           string
	DecreeNumber   string // as printed
	Decreed        day.Day
	Mandate        *id.ID // who could sign on that day; nil when nobody is known to
	SignatoryTitle string
	SignatoryName  string
	Election       *id.ID
	From           day.Day
	Until          *day.Day // last day; nil while open
	RecordedLater  bool
	Version        int32
}

// On reports whether the task force exists on a legal day.
func (f TaskForce) On(d day.Day) bool {
	return !d.Before(f.From) && (f.Until == nil || !d.After(*f.Until))
}

// end sets the last day.
func (f TaskForce) end(last, today day.Day) (TaskForce, error) {
	if f.Until != nil && !last.Before(*f.Until) {
		return f, fault.New(fault.Conflict, "taskforce.ended").Allowing(f.steps(today, true))
	}
	if last.Before(f.From) {
		return f, fault.New(fault.Rule, "taskforce.period_inverted").At("/last_day", "taskforce.period_inverted")
	}
	f.Until = &last
	f.Version++
	return f, nil
}

// steps lists what may be done with a task force.
func (f TaskForce) steps(today day.Day, mayWrite bool) []string {
	if !mayWrite || (f.Until != nil && f.Until.Before(today)) {
		return []string{}
	}
	return []string{"member", "ending"}
}

// signed copies who signed the decree from the mandates of its day. A decree of
// today that nobody could sign is refused; an old one shows that nobody is known.
func (f TaskForce) signed(by *government.Mandate, today day.Day) (TaskForce, error) {
	if by == nil && !f.Decreed.Before(today) {
		return f, fault.New(fault.Rule, "taskforce.nobody_could_sign")
	}
	if by == nil {
		return f, nil
	}
	if !by.On(f.Decreed) || !by.Has(government.PowerSignLetters) {
		return f, fault.New(fault.Rule, "taskforce.mandate_not_in_force").At("/mandate_id", "taskforce.mandate_not_in_force")
	}
	f.Mandate, f.SignatoryTitle, f.SignatoryName = &by.ID, by.Title, by.HolderName
	return f, nil
}

// signatory is who of several holders of an office signs: a definitive or acting
// holder goes before a daily acting one and before delegates.
func signatory(holders []government.Mandate) *government.Mandate {
	able := slices.DeleteFunc(slices.Clone(holders), func(m government.Mandate) bool { return !m.Has(government.PowerSignLetters) })
	if len(able) == 0 {
		return nil
	}
	slices.SortStableFunc(able, func(a, b government.Mandate) int { return standsIn(a) - standsIn(b) })
	return &able[0]
}

// standsIn is 1 for those who act beside the holder of an office.
func standsIn(m government.Mandate) int {
	if m.HolderKind == government.Plh || m.HolderKind == government.Delegate {
		return 1
	}
	return 0
}

// Role is what a member is in a task force.
type Role string

// The roles.
const (
	Chair     Role = "chair"
	ViceChair Role = "vice_chair"
	Secretary Role = "secretary"
	Plain     Role = "member"
)

// Member is somebody's time in a task force.
type Member struct {
	ID            id.ID
	TaskForce     id.ID
	Role          Role
	ASN           *id.ID // of the government; nil for somebody from outside
	Name          string // of somebody from outside
	Institution   string
	Position      string // as the decree writes it
	From          day.Day
	Until         *day.Day
	RecordedLater bool
	Version       int32
}

// On reports whether the member belongs on a legal day.
func (m Member) On(d day.Day) bool {
	return !d.Before(m.From) && (m.Until == nil || !d.After(*m.Until))
}

func (m Member) overlaps(o Member) bool {
	return (o.Until == nil || !m.From.After(*o.Until)) && (m.Until == nil || !m.Until.Before(o.From))
}

// check holds a member to the task force and to the others in it: there is one
// chair at a time, and nobody belongs twice at once.
func (m Member) check(f TaskForce, others []Member) error {
	if (m.ASN == nil) == (m.Name == "") {
		return fault.New(fault.Rule, "taskforce.who_needed").At("/asn_id", "taskforce.who_needed")
	}
	if m.Until != nil && m.Until.Before(m.From) {
		return fault.New(fault.Rule, "taskforce.period_inverted").At("/valid_until", "taskforce.period_inverted")
	}
	if !f.On(m.From) || (m.Until != nil && !f.On(*m.Until)) {
		return fault.New(fault.Rule, "taskforce.outside_term").At("/valid_from", "taskforce.outside_term")
	}
	for _, o := range others {
		if !m.overlaps(o) {
			continue
		}
		if m.Role == Chair && o.Role == Chair {
			return fault.New(fault.Conflict, "taskforce.chair_taken")
		}
		if m.ASN != nil && o.ASN != nil && *m.ASN == *o.ASN {
			return fault.New(fault.Conflict, "taskforce.member_twice")
		}
	}
	return nil
}

// end sets the member's last day.
func (m Member) end(last, today day.Day) (Member, error) {
	if m.Until != nil && !last.Before(*m.Until) {
		return m, fault.New(fault.Conflict, "taskforce.ended").Allowing(m.steps(today, true))
	}
	if last.Before(m.From) {
		return m, fault.New(fault.Rule, "taskforce.period_inverted").At("/last_day", "taskforce.period_inverted")
	}
	m.Until = &last
	m.Version++
	return m, nil
}

// steps lists what may be done with a member.
func (m Member) steps(today day.Day, mayWrite bool) []string {
	if !mayWrite || (m.Until != nil && m.Until.Before(today)) {
		return []string{}
	}
	return []string{"ending"}
}

// weight orders roles: who chairs is more than a member.
var weight = map[Role]int{Chair: 3, ViceChair: 2, Secretary: 1}

// joined tells which memberships of two records of one human belong to the one
// that stays: all, but of two that overlap in one task force only the weightier,
// of equals the own. The others belong to the record that goes, as history.
func joined(goes, stays []Member) map[id.ID]bool {
	out := map[id.ID]bool{}
	for _, m := range stays {
		out[m.ID] = true
	}
	for _, m := range goes {
		outweighs := true
		for _, o := range stays {
			if m.TaskForce == o.TaskForce && m.overlaps(o) && weight[o.Role] >= weight[m.Role] {
				outweighs = false
			}
		}
		out[m.ID] = outweighs
		for _, o := range stays {
			if outweighs && m.TaskForce == o.TaskForce && m.overlaps(o) {
				out[o.ID] = false
			}
		}
	}
	return out
}
