package government

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// Government is one regional government.
type Government struct {
	ID         id.ID
	Tenant     int32
	Code       string // Kemendagri region code, PP.KK or PP
	Name       string
	ShortName  string
	Kind       string // regency, city, province
	Zone       string // IANA zone of its legal days
	HeadTitle  string // Bupati, Wali Kota, Gubernur
	AgencyName string
	Address    string
	Letterhead []string
	Texts      Texts
	Logo       *Logo // without the picture itself
	Version    int32
}

// Texts are a government's own words, plain and in Indonesian, empty where it has
// said nothing.
type Texts struct {
	SignIn   string `json:"sign_in_notice,omitempty"`
	Report   string `json:"report_notice,omitempty"`
	Question string `json:"question_notice,omitempty"`
	Footer   string `json:"footer,omitempty"`
}

// TextsChange holds those of a patch; nil stays as it is.
type TextsChange struct{ SignIn, Report, Question, Footer *string }

func (c TextsChange) apply(t Texts) Texts {
	opt.Set(&t.SignIn, c.SignIn)
	opt.Set(&t.Report, c.Report)
	opt.Set(&t.Question, c.Question)
	opt.Set(&t.Footer, c.Footer)
	return t
}

// Entry is a government as the public directory shows it.
type Entry struct {
	ID     id.ID
	Tenant int32
	Code   string
	Name   string
	Kind   string
	Zone   string
}

// Location is the zone of the government's legal days. Zones are checked when
// they are set, so a wrong one here is our fault.
func (e Entry) Location() (*time.Location, error) { return time.LoadLocation(e.Zone) }

// Change holds the fields of a patch; nil stays as it is.
type Change struct {
	Name       *string
	ShortName  *string
	Zone       *string
	HeadTitle  *string
	AgencyName *string
	Address    *string
	Letterhead *[]string
	Texts      *TextsChange
}

// fields names what a change touches, for the journal.
func (c Change) fields() []string {
	var out []string
	for name, set := range map[string]bool{"name": c.Name != nil, "short_name": c.ShortName != nil, "zone": c.Zone != nil, "head_title": c.HeadTitle != nil,
		"agency_name": c.AgencyName != nil, "address": c.Address != nil, "letterhead": c.Letterhead != nil, "texts": c.Texts != nil} {
		if set {
			out = append(out, name)
		}
	}
	return out
}

// apply makes the patched government.
func (c Change) apply(g Government) Government {
	opt.Set(&g.Name, c.Name)
	opt.Set(&g.Zone, c.Zone)
	opt.Set(&g.HeadTitle, c.HeadTitle)
	opt.Set(&g.AgencyName, c.AgencyName)
	opt.Set(&g.ShortName, c.ShortName)
	opt.Set(&g.Address, c.Address)
	opt.Set(&g.Letterhead, c.Letterhead)
	if c.Texts != nil {
		g.Texts = c.Texts.apply(g.Texts)
	}
	g.Version++
	return g
}
