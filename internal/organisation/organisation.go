package organisation

import (
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Kind is what an organisation is.
type Kind string

// The kinds.
const (
	Bawaslu  Kind = "bawaslu"
	BKN      Kind = "bkn"
	KASN     Kind = "kasn"
	KPU      Kind = "kpu"
	Ministry Kind = "ministry"
	Other    Kind = "other"
)

// Level is how far an organisation's area reaches.
type Level string

// The levels.
const (
	National    Level = "national"
	Province    Level = "province"
	RegencyCity Level = "regency_city"
)

// Organisation is one body.
type Organisation struct {
	ID           id.ID
	Kind         Kind
	Level        Level
	Name         string
	Abbreviation string
	// RegionCode is the Kemendagri code of its area, empty for the nation.
	RegionCode string
	ValidFrom  day.Day
	ValidUntil *day.Day // last day; nil while it exists
	Version    int32
}

// On reports whether the organisation exists on a day.
func (o Organisation) On(d day.Day) bool {
	return !d.Before(o.ValidFrom) && (o.ValidUntil == nil || !d.After(*o.ValidUntil))
}

// Filter narrows a list.
type Filter struct {
	Kind       Kind
	RegionCode *string // empty: bodies of the nation
	On         *day.Day
}

// Change holds the fields of a patch; nil stays as it is. Kind, level and area
// are what a body is: another one is another body.
type Change struct {
	Name         *string
	Abbreviation *string
}

// fields names what a change touches, for the journal.
func (c Change) fields() []string {
	out := []string{}
	if c.Abbreviation != nil {
		out = append(out, "abbreviation")
	}
	if c.Name != nil {
		out = append(out, "name")
	}
	return out
}

func (c Change) apply(o Organisation) Organisation {
	if c.Name != nil {
		o.Name = *c.Name
	}
	if c.Abbreviation != nil {
		o.Abbreviation = *c.Abbreviation
	}
	o.Version++
	return o
}

// check holds a new organisation to its rules.
func (o Organisation) check() error {
	if o.ValidUntil != nil && o.ValidUntil.Before(o.ValidFrom) {
		return fault.New(fault.Rule, "organisation.period_inverted").At("/valid_until", "organisation.period_inverted")
	}
	if !o.Level.has(o.RegionCode) {
		return fault.New(fault.Rule, "organisation.region_unfit").At("/region_code", "organisation.region_unfit")
	}
	return nil
}

// has reports whether a region code is one of the level: 36 names a province,
// 36.03 a regency or city, and the nation has none.
func (l Level) has(regionCode string) bool {
	switch l {
	case National:
		return regionCode == ""
	case Province:
		return len(regionCode) == 2
	case RegencyCity:
		return strings.Contains(regionCode, ".")
	}
	return false
}

// end sets the last day.
func (o Organisation) end(last day.Day) (Organisation, error) {
	if o.ValidUntil != nil {
		return o, fault.New(fault.Conflict, "organisation.ended").Allowing(o.steps(true))
	}
	if last.Before(o.ValidFrom) {
		return o, fault.New(fault.Rule, "organisation.period_inverted").At("/last_day", "organisation.period_inverted")
	}
	o.ValidUntil = &last
	o.Version++
	return o, nil
}

// steps lists what may be done with an organisation.
func (o Organisation) steps(mayWrite bool) []string {
	if !mayWrite {
		return []string{}
	}
	if o.ValidUntil != nil {
		return []string{"update"}
	}
	return []string{"update", "ending"}
}
