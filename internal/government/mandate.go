package government

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Office is what a mandate is for.
type Office string

// The offices.
const (
	AppointingAuthority Office = "appointing_authority" // PPK: regent or mayor
	AuthorisedOfficial  Office = "authorised_official"  // PyB: regional secretary
	AgencyHead          Office = "agency_head"          // head of BKPSDM
)

// HolderKind is how an office is held.
type HolderKind string

// The kinds. Plh and Delegate stand beside a holder, the others replace one.
const (
	Definitive HolderKind = "definitive"
	Pj         HolderKind = "pj"
	Pjs        HolderKind = "pjs"
	Plt        HolderKind = "plt"
	Plh        HolderKind = "plh"
	Delegate   HolderKind = "delegate"
)

// Power is what a holder may do.
type Power string

// The powers. What an acting regent may decide is disputed, so it is data of
// each mandate, not a rule of ours.
const (
	PowerAll             Power = "all"
	PowerSignLetters     Power = "sign_letters"
	PowerApproveTexts    Power = "approve_texts"
	PowerDecideSanctions Power = "decide_sanctions"
	PowerOpenEvents      Power = "open_events"
)

// Mandate is a dated right to act in an office.
type Mandate struct {
	ID            id.ID
	Office        Office
	HolderKind    HolderKind
	HolderName    string
	HolderASN     *id.ID // when the holder is an ASN of this government
	HolderUser    *id.ID // the account the holder signs in with
	Title         string
	Basis         string // decree or letter
	Delegates     *id.ID // the mandate a delegate acts for
	Powers        []Power
	From          day.Day
	Until         *day.Day // last day; nil while open
	RecordedLater bool
	Version       int32
}

// Has reports whether the mandate gives the power.
func (m Mandate) Has(p Power) bool {
	for _, have := range m.Powers {
		if have == p || have == PowerAll {
			return true
		}
	}
	return false
}

// On reports whether the mandate is in force on a legal day.
func (m Mandate) On(d day.Day) bool {
	return !d.Before(m.From) && (m.Until == nil || !d.After(*m.Until))
}

// HeldBy reports whether the account or the ASN is the holder.
func (m Mandate) HeldBy(user, person id.ID) bool {
	return (m.HolderUser != nil && *m.HolderUser == user && user != id.Nil) ||
		(m.HolderASN != nil && *m.HolderASN == person && person != id.Nil)
}

// replaces reports whether this kind of holder fills the office alone.
func (k HolderKind) replaces() bool { return k != Plh && k != Delegate }

// check holds a new mandate against those of the same office.
func (m Mandate) check(others []Mandate) error {
	if m.Until != nil && m.Until.Before(m.From) {
		return fault.New(fault.Rule, "mandate.period_inverted").At("/valid_until", "mandate.period_inverted")
	}
	if m.HolderKind == Delegate && m.Delegates == nil {
		return fault.New(fault.Rule, "mandate.delegates_needed").At("/delegates_id", "field.required")
	}
	if !m.HolderKind.replaces() {
		return nil
	}
	for _, o := range others {
		if o.HolderKind.replaces() && m.overlaps(o) {
			return fault.New(fault.Conflict, "mandate.overlaps")
		}
	}
	return nil
}

func (m Mandate) overlaps(o Mandate) bool {
	startsBeforeEnd := o.Until == nil || !m.From.After(*o.Until)
	endsAfterStart := m.Until == nil || !m.Until.Before(o.From)
	return startsBeforeEnd && endsAfterStart
}

// end sets the last day.
func (m Mandate) end(last day.Day) (Mandate, error) {
	if last.Before(m.From) {
		return m, fault.New(fault.Rule, "mandate.period_inverted").At("/last_day", "mandate.period_inverted")
	}
	if m.Until != nil && !last.Before(*m.Until) {
		return m, fault.New(fault.Conflict, "mandate.ended").Allowing(nil)
	}
	m.Until = &last
	m.Version++
	return m, nil
}

// steps lists what may be done with a mandate on a day.
func (m Mandate) steps(today day.Day, mayWrite bool) []string {
	if mayWrite && (m.Until == nil || !m.Until.Before(today)) {
		return []string{"ending"}
	}
	return []string{}
}

// Able tells who of those in office on a day could use a power: the one named,
// else the one who fills the office, else those who stand beside (Plh,
// delegates). Exactly one can act without being named.
func Able(holders []Mandate, p Power, named *id.ID) []Mandate {
	var main, beside []Mandate
	for _, m := range holders {
		switch {
		case !m.Has(p) || (named != nil && m.ID != *named):
		case m.HolderKind.replaces():
			main = append(main, m)
		default:
			beside = append(beside, m)
		}
	}
	if len(main) > 0 {
		return main
	}
	return beside
}
