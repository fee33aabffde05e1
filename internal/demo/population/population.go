package population

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
)

// The time of the programme: everybody invented is in service all of it.
var (
	Begin = day.New(2023, 11, 1)
	End   = day.New(2024, 12, 31)
)

// Unit is an OPD or a unit below one.
type Unit struct {
	Code   string
	Name   string
	Type   string // as the registry codes it: dinas, kecamatan, school, ...
	Parent *Unit  // nil for an OPD of its own
	posts  []*post
	want   float64 // how many people without an office, before scaling
	mix    mixture
}

// OPD is the unit at the top of the unit's line: the one with a personnel
// officer of its own.
func (u *Unit) OPD() *Unit {
	for u.Parent != nil && u.Type != "rsud" {
		u = u.Parent
	}
	return u
}

// Office is what a person holds in a unit beyond the position.
type Office string

// The offices.
const (
	None             Office = ""
	Head             Office = "head"
	PersonnelOfficer Office = "personnel_officer" // Kasubag Umum dan Kepegawaian
	Deputy           Office = "deputy"            // the unit's secretary
)

// Person is one invented member of staff.
type Person struct {
	Name          string
	TitleFront    string
	TitleBack     string
	NIP           string // empty for staff who are not civil servants
	Sex           string // male, female
	BirthPlace    string
	Birth         day.Day
	Employment    string // pns, pppk, non_asn
	Appointed     day.Day
	Education     string // SLTA, D-III, S-1, S-2, S-3
	Rank          string // code of the rank, empty for staff who are not civil servants
	RankSince     day.Day
	Position      string
	PositionType  string
	PositionSince day.Day
	Echelon       string // former echelon of a managerial post
	Unit          *Unit
	Office        Office
	Superior      *Person // nil below the appointing authority
	rank          int     // in the order of the scale of PNS
}

// FullName is the name with titles.
func (p *Person) FullName() string {
	s := p.Name
	if p.TitleFront != "" {
		s = p.TitleFront + " " + s
	}
	if p.TitleBack != "" {
		s += ", " + p.TitleBack
	}
	return s
}

// LowerRank is the rank one below that of a PNS, as a demotion gives it.
func (p *Person) LowerRank() string { return pnsRanks[max(p.rank-2, 0)] }

// Government is one government's units, parents before children, and people,
// superiors before those below them.
type Government struct {
	Code   string
	Name   string
	Units  []*Unit
	People []*Person
	byCode map[string]*Unit
}

// Unit finds a unit by its code; an unknown one is our own mistake.
func (g *Government) Unit(code string) *Unit {
	u, ok := g.byCode[code]
	if !ok {
		panic(fmt.Sprintf("population: no unit %s in %s", code, g.Code))
	}
	return u
}

// Holder finds who holds an office of a unit.
func (g *Government) Holder(unit string, o Office) *Person {
	u := g.Unit(unit)
	for _, p := range g.People {
		if p.Unit == u && p.Office == o {
			return p
		}
	}
	panic(fmt.Sprintf("population: nobody is %s of %s in %s", o, unit, g.Code))
}

// Staff lists the people of one unit who hold no office in it.
func (g *Government) Staff(unit string) []*Person {
	u := g.Unit(unit)
	var out []*Person
	for _, p := range g.People {
		if p.Unit == u && p.Office == None {
			out = append(out, p)
		}
	}
	return out
}

// With lists the people for whom f holds, in order.
func (g *Government) With(f func(*Person) bool) []*Person {
	var out []*Person
	for _, p := range g.People {
		if f(p) {
			out = append(out, p)
		}
	}
	return out
}

// plan is what is particular to a government.
type plan struct {
	code, name    string
	seed          uint64
	civilServants int
	company       int     // staff of the municipal company
	short         string  // how schools name the place: "Kota Tangerang"
	lean          bool    // fewer offices a unit: a part of a government
	primary       int     // primary schools a kecamatan
	secondary     int     // lower secondary schools in all
	puskesmas     int     // in all
	bureau        float64 // size of offices beside schools and health, of the usual
}

var plans = []plan{
	{code: "36.03", name: "Kabupaten Tangerang", seed: 3603, civilServants: 14000, short: "Kab. Tangerang", primary: 10, secondary: 76, puskesmas: 44, bureau: 1},
	{code: "36.71", name: "Kota Tangerang", seed: 3671, civilServants: 4460, company: 60, short: "Kota Tangerang", primary: 8, secondary: 34, puskesmas: 33, bureau: 0.42},
	{code: "32.01", name: "Kabupaten Bogor", seed: 3201, civilServants: 2000, short: "Kab. Bogor", lean: true, primary: 2, secondary: 24, puskesmas: 22, bureau: 0.16},
}

// Codes lists the governments there are.
func Codes() []string {
	out := make([]string, 0, len(plans))
	for _, p := range plans {
		out = append(out, p.code)
	}
	return out
}

// NameOf tells what a government is called.
func NameOf(code string) string {
	for _, p := range plans {
		if p.code == code {
			return p.name
		}
	}
	panic("population: no plan for " + code)
}

// Of invents a government.
func Of(code string) *Government {
	for _, p := range plans {
		if p.code == code {
			return p.invent()
		}
	}
	panic("population: no plan for " + code)
}

func (p plan) invent() *Government {
	b := &builder{plan: p, rng: rand.New(rand.NewPCG(p.seed, 2024)), byCode: map[string]*Unit{}}
	b.units()
	b.offices()
	b.fill()
	people := b.hire()
	return &Government{Code: p.code, Name: p.name, Units: b.all, People: people, byCode: b.byCode}
}

// builder grows a government from its plan.
type builder struct {
	plan
	rng    *rand.Rand
	all    []*Unit
	byCode map[string]*Unit
	posts  []*post
	names  namer
	issued numbers
	// executants are titles of positions without a level, by trade and education.
	executants map[string][]string
}

func slug(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }
