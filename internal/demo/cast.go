package demo

import (
	"context"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/platform/db"
)

// part is somebody with a part in the programme, by a handle that identifiers
// follow from: asn/36.03/kasubag.
type part struct {
	handle string
	who    func(*population.Government) *population.Person
}

func holder(unit string, o population.Office) func(*population.Government) *population.Person {
	return func(g *population.Government) *population.Person { return g.Holder(unit, o) }
}

// titled finds who has the position in a unit.
func titled(unit, position string) func(*population.Government) *population.Person {
	return func(g *population.Government) *population.Person {
		u := g.Unit(unit)
		i := slices.IndexFunc(g.People, func(q *population.Person) bool { return q.Unit == u && q.Position == position })
		if i < 0 {
			panic("demo: nobody is " + position + " of " + unit)
		}
		return g.People[i]
	}
}

// among takes the nth PNS of a unit who hold no office in it and whose position
// begins so.
func among(unit, position string, n int) func(*population.Government) *population.Person {
	return func(g *population.Government) *population.Person {
		for _, q := range g.Staff(unit) {
			if !strings.HasPrefix(q.Position, position) || q.Employment != "pns" || q.Echelon != "" {
				continue
			}
			if n--; n < 0 {
				return q
			}
		}
		panic("demo: not so many " + position + " in " + unit)
	}
}

// reportingTo takes the first executant PNS of a unit whose superior holds an
// office of it.
func reportingTo(unit string, o population.Office) func(*population.Government) *population.Person {
	return func(g *population.Government) *population.Person {
		boss := g.Holder(unit, o)
		for _, q := range g.Staff(unit) {
			if q.Superior == boss && q.PositionType == "pelaksana" && q.Employment == "pns" {
				return q
			}
		}
		panic("demo: nobody reports to " + boss.Position)
	}
}

// everywhere are the parts that every government has.
var everywhere = []part{
	{"sekda", holder("setda", population.Head)},
	{"aspemkesra", titled("setda", "Asisten Pemerintahan dan Kesejahteraan Rakyat")},
	{"head-bkpsdm", holder("bkpsdm", population.Head)},
	{"secretary-bkpsdm", holder("bkpsdm", population.Deputy)},
	{"kasubag-bkpsdm", holder("bkpsdm", population.PersonnelOfficer)},
	{"officer-bkpsdm", among("bkpsdm", "Analis SDM Aparatur", 0)},
	{"head-inspektorat", holder("inspektorat", population.Head)},
	{"auditor", among("inspektorat", "Auditor", 0)},
	{"head-dinkes", holder("dinkes", population.Head)},
	{"secretary-dinkes", holder("dinkes", population.Deputy)},
	{"kasubag", holder("dinkes", population.PersonnelOfficer)},
	{"head-satpolpp", holder("satpolpp", population.Head)},
	{"head-bakesbangpol", holder("bakesbangpol", population.Head)},
	{"officer-dinkes", among("dinkes", "", 0)},
	{"teacher", among("smpn-1", "Guru", 0)},
}

// enlist registers those with a part by hand, as an office does before its big
// import, so that they have identifiers of their own.
func (l *loader) enlist(ctx context.Context, p *place) error {
	p.cast = map[string]*population.Person{}
	handles := map[*population.Person]string{}
	for _, c := range slices.Concat(everywhere, parts[p.Code]) {
		q := c.who(p.staff)
		if _, twice := p.cast[c.handle]; twice || handles[q] != "" {
			panic("demo: " + c.handle + " of " + p.Code + " is cast twice")
		}
		p.cast[c.handle], handles[q] = q, c.handle
	}
	for _, q := range p.staff.People { // superiors come first
		if h := handles[q]; h != "" {
			if err := l.register(ctx, p, h, q); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loader) register(ctx context.Context, p *place, handle string, q *population.Person) error {
	born := q.Birth
	a := asn.Person{Name: q.Name, TitleFront: q.TitleFront, TitleBack: q.TitleBack, NIP: q.NIP, Sex: q.Sex, BirthPlace: q.BirthPlace, BirthDate: &born,
		EmploymentType: q.Employment, RankCode: q.Rank, PositionTitle: q.Position, PositionType: q.PositionType, OPD: p.unitID(q.Unit), LegalStatus: "active"}
	if superior, known := p.ids[q.Superior]; known && q.Superior != nil {
		a.Superior = &superior
	}
	made, err := l.app.ASN.Create(p.system(ctx, p.name("asn", handle)), a, q.PositionSince)
	p.ids[q] = made.ID
	return err
}

// learn reads the identifiers of all who have been imported.
func (l *loader) learn(ctx context.Context, p *place) error {
	return l.app.DB.Read(p.system(ctx, "read"), func(tx *db.Tx) error {
		known, err := registered(tx)
		if err != nil {
			return err
		}
		for _, q := range p.staff.People {
			if v, ok := known[q.NIP]; ok && q.NIP != "" {
				p.ids[q] = v
			}
		}
		return nil
	})
}

// parts are those of one government alone.
var parts = map[string][]part{
	"36.03": {
		{"satgas", holder("bakesbangpol", population.Deputy)},
		{"warned", among("dinkes", "", 1)},
		{"kasn-subject", titled("disporabudpar", "Kepala Bidang Pengembangan")},
		{"bkn-subject", holder("kec-sepatan", population.Head)},
	},
	"36.71": {
		{"satgas", holder("kec-cipondoh", population.Head)}, // superior of who liked
		{"satgas-2", holder("bakesbangpol", population.Deputy)},
		{"like", among("kec-cipondoh", "", 0)},
		{"attributes", reportingTo("dishub", population.Deputy)},
		{"attributes-official", holder("dishub", population.Deputy)},
		{"reprimanded", among("disbudpar", "", 0)},
		{"first", holder("disdik", population.Head)},
		{"refused", among("dpad", "", 0)},
	},
	"32.01": {
		{"satgas", holder("bakesbangpol", population.Deputy)},
		{"subject", among("disdik", "Analis Kebijakan", 0)},
		{"superior", func(g *population.Government) *population.Person {
			return among("disdik", "Analis Kebijakan", 0)(g).Superior
		}},
		{"head-disdik", holder("disdik", population.Head)},
		{"partisan", holder("kec-cisarua", population.Head)},
		{"party", among("disdagin", "", 0)},
		{"declaration", among("dispora", "", 0)},
	},
}
