package asn

import (
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Person is a civil servant or another member of staff, as of today.
type Person struct {
	ID             id.ID
	Name           string
	TitleFront     string
	TitleBack      string
	NIP            string // empty for staff who are not ASN
	Sex            string // male, female, or empty
	BirthPlace     string
	BirthDate      *day.Day
	Email          string
	Phone          string
	EmploymentType string // pns, cpns, pppk, pppk_part_time, non_asn
	RankCode       string
	PositionTitle  string
	PositionType   string
	OPD            id.ID
	Superior       *id.ID // direct superior; nil below the appointing authority
	LegalStatus    string
	State          string // active, departed; merged and withdrawn records show as another or not at all
	DepartedOn     *day.Day
	DepartReason   string
	MergedInto     *id.ID
	Version        int32
	UpdatedAt      time.Time
}

// NonASN is staff in the programme who are no civil servants (BUMD, contract);
// they have no NIP and are not subject to PP 94/2021.
const NonASN = "non_asn"

// Aspect is what of a person has a history.
type Aspect string

// The aspects.
const (
	NIP         Aspect = "nip"
	Employment  Aspect = "employment"
	Rank        Aspect = "rank"
	Position    Aspect = "position"
	Superior    Aspect = "superior"
	LegalStatus Aspect = "legal_status"
)

// Fact is one dated entry of a person's history.
type Fact struct {
	Aspect        Aspect
	From          day.Day
	Until         *day.Day
	Value         string // NIP, employment, rank code, level of position, legal standing
	Title         string // of a position
	OPD           *id.ID // of a position
	Superior      *id.ID
	RecordedLater bool
}

// apply makes a fact of today true in the record.
func (p Person) apply(f Fact) Person {
	switch f.Aspect {
	case NIP:
		p.NIP = f.Value
	case Employment:
		p.EmploymentType = f.Value
	case Rank:
		p.RankCode = f.Value
	case Position:
		p.PositionType, p.PositionTitle, p.OPD = f.Value, f.Title, *f.OPD
	case Superior:
		p.Superior = f.Superior
	case LegalStatus:
		p.LegalStatus = f.Value
	}
	return p
}

// facts are the first entries of a new person's history.
func (p Person) facts(from day.Day) []Fact {
	out := []Fact{{Aspect: Employment, Value: p.EmploymentType}, {Aspect: LegalStatus, Value: p.LegalStatus},
		{Aspect: Position, Value: p.PositionType, Title: p.PositionTitle, OPD: &p.OPD}}
	if p.NIP != "" {
		out = append(out, Fact{Aspect: NIP, Value: p.NIP})
	}
	if p.RankCode != "" {
		out = append(out, Fact{Aspect: Rank, Value: p.RankCode})
	}
	if p.Superior != nil {
		out = append(out, Fact{Aspect: Superior, Superior: p.Superior})
	}
	for i := range out {
		out[i].From = from
	}
	return out
}

// check refuses a record that cannot be.
func (p Person) check() error {
	f := fault.New(fault.Rule, "asn.invalid")
	if p.NIP == "" && p.EmploymentType != NonASN {
		f.At("/nip", "field.required")
	}
	if p.NIP != "" && p.EmploymentType == NonASN {
		f.At("/nip", "asn.nip_of_non_asn")
	}
	if p.Name == "" || NameKey(p.Name) == "" {
		f.At("/name", "field.invalid")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// place puts a new fact among those of its aspect, newest first: it ends the one
// it follows and ends itself before the next. It tells the entry that ends.
func place(have []Fact, f Fact) (Fact, *Fact, error) {
	slices.SortFunc(have, func(a, b Fact) int { return b.From.Compare(a.From) })
	for i := range have {
		h := have[i]
		if h.From.Equal(f.From) {
			return f, nil, fault.New(fault.Conflict, "asn.same_day", "day", f.From).Allowing(nil)
		}
		if h.From.Before(f.From) {
			if h.Until != nil && !h.Until.Before(f.From) || h.Until == nil {
				last := f.From.AddDays(-1)
				if h.Until != nil {
					f.Until = h.Until
				}
				h.Until = &last
				return f, &h, nil
			}
			return f, nil, nil
		}
		last := h.From.AddDays(-1) // h begins later: f ends before it
		f.Until = &last
	}
	return f, nil, nil
}

// Status is what a person was on a legal day: what a case keeps.
type Status struct {
	Person  id.ID
	Day     day.Day
	Name    string
	OPDName string
	Facts   map[Aspect]Fact
}

// Absence is an excused spell.
type Absence struct {
	ID      id.ID
	Person  id.ID
	Kind    string // unpaid_state_leave, illness, study, maternity, other
	From    day.Day
	Until   *day.Day
	Reason  string
	Version int32
}

func (a Absence) end(last day.Day) (Absence, error) {
	if last.Before(a.From) {
		return a, fault.New(fault.Rule, "asn.period_inverted").At("/last_day", "asn.period_inverted")
	}
	if a.Until != nil && !last.Before(*a.Until) {
		return a, fault.New(fault.Conflict, "asn.absence_ended").Allowing(nil)
	}
	a.Until = &last
	a.Version++
	return a, nil
}

func (p Person) steps(mayWrite, mayAbsence bool) []string {
	out := []string{}
	if p.State != "active" {
		return out
	}
	if mayWrite {
		out = append(out, "update", "position", "rank", "employment", "legal_status", "superior", "nip", "departure")
	}
	if mayAbsence {
		out = append(out, "absence")
	}
	return out
}
