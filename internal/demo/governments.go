package demo

import (
	"bytes"
	"context"
	"image/color"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

const agency = "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"

// presented is how each presents itself; house numbers and colours are invented.
var presented = map[string]struct {
	address string
	field   color.RGBA
}{
	"36.03": {"Jalan Atik Soeardi Nomor 1, Tigaraksa", color.RGBA{0x1B, 0x5E, 0x20, 0xFF}},
	"36.71": {"Jalan Satria Sudirman Nomor 1, Tangerang", color.RGBA{0x0D, 0x47, 0xA1, 0xFF}},
	"32.01": {"Jalan Tegar Beriman Nomor 1, Cibinong", color.RGBA{0xB7, 0x1C, 0x1C, 0xFF}},
}

// governments opens the three spaces and enters the bodies that watch over them.
func (l *loader) governments(ctx context.Context) error {
	for _, code := range population.Codes() {
		staff := population.Of(code)
		kind, head, self := "regency", "Bupati", presented[code]
		if strings.HasPrefix(staff.Name, "Kota") {
			kind, head = "city", "Wali Kota"
		}
		g, err := l.app.Governments.Create(id.Named(installation(ctx), "government/"+code), government.Government{
			Code: code, Name: staff.Name, Kind: kind, Zone: "Asia/Jakarta", HeadTitle: head, AgencyName: agency,
			ShortName: strings.Replace(staff.Name, "Kabupaten", "Kab.", 1), Address: self.address,
			Letterhead: []string{"PEMERINTAH " + strings.ToUpper(staff.Name), strings.ToUpper(agency), self.address},
			Texts: government.Texts{SignIn: "Masuk dengan akun dari BKPSDM.", Footer: "ASN netral, pemilu bermartabat.",
				Report: "Laporan Anda dapat dibuat tanpa nama. Ceritakan apa yang dilihat, kapan dan di mana."}})
		if err != nil {
			return err
		}
		picture, err := logo(self.field)
		if err != nil {
			return err
		}
		if g, err = l.app.Governments.SetLogo(id.Named(authz.With(ctx, authz.ForSystem(g.Tenant)), "government/"+code+"/logo"), g.ID, bytes.NewReader(picture)); err != nil {
			return err
		}
		l.places = append(l.places, &place{Government: g, staff: staff, ids: map[*population.Person]id.ID{}, units: map[*population.Unit]id.ID{}})
	}
	return l.organisations(ctx)
}

// organisations are the bodies outside the governments. KASN ended when its work
// went to BKN (Perpres 91 and 92 of 2024, SE MenPANRB 4/2024).
func (l *loader) organisations(ctx context.Context) error {
	end := day.New(2024, time.September, 4)
	founded := day.New(2008, time.April, 9)
	for _, o := range []struct {
		name string
		organisation.Organisation
	}{
		{"bkn", organisation.Organisation{Kind: organisation.BKN, Level: organisation.National, Name: "Badan Kepegawaian Negara", Abbreviation: "BKN", ValidFrom: day.New(1948, time.May, 30)}},
		{"kasn", organisation.Organisation{Kind: organisation.KASN, Level: organisation.National, Name: "Komisi Aparatur Sipil Negara", Abbreviation: "KASN", ValidFrom: day.New(2014, time.September, 30), ValidUntil: &end}},
		{"bawaslu-36.03", organisation.Organisation{Kind: organisation.Bawaslu, Level: organisation.RegencyCity, RegionCode: "36.03", Name: "Bawaslu Kabupaten Tangerang", Abbreviation: "Bawaslu", ValidFrom: founded}},
		{"bawaslu-36.71", organisation.Organisation{Kind: organisation.Bawaslu, Level: organisation.RegencyCity, RegionCode: "36.71", Name: "Bawaslu Kota Tangerang", Abbreviation: "Bawaslu", ValidFrom: founded}},
		{"bawaslu-32.01", organisation.Organisation{Kind: organisation.Bawaslu, Level: organisation.RegencyCity, RegionCode: "32.01", Name: "Bawaslu Kabupaten Bogor", Abbreviation: "Bawaslu", ValidFrom: founded}},
	} {
		if _, err := l.app.Organisations.Create(id.Named(installation(ctx), "organisation/"+o.name), o.Organisation); err != nil {
			return err
		}
	}
	return nil
}

// since is the day from which units are entered: the reorganisation under
// PP 18/2016.
var since = day.New(2017, time.January, 1)

// units enters the tree. OPD are one act each, with identifiers by their code;
// what lies below is entered in one go.
func (l *loader) units(ctx context.Context) error {
	return l.each(func(p *place) error {
		var below []*population.Unit
		for _, u := range p.staff.Units {
			if u.OPD() != u {
				below = append(below, u)
				continue
			}
			if _, err := l.app.OPD.Create(p.system(ctx, p.name("opd", u.Code)), p.unit(u)); err != nil {
				return err
			}
		}
		return l.app.DB.Write(p.system(ctx, p.name("opd", "below")), func(tx *db.Tx) error {
			for _, u := range below {
				n, err := opd.CreateTx(tx, p.unit(u))
				if err != nil {
					return err
				}
				p.units[u] = n.ID
			}
			return nil
		})
	})
}

func (p *place) unit(u *population.Unit) opd.Unit {
	out := opd.Unit{Code: u.Code, Name: u.Name, Type: u.Type, From: since}
	if u.Parent != nil {
		parent := p.unitID(u.Parent)
		out.Parent = &parent
	}
	return out
}

// unitID is the registry's identifier of a unit.
func (p *place) unitID(u *population.Unit) id.ID {
	if v, below := p.units[u]; below {
		return v
	}
	return p.ref("opd", u.Code)
}

// offices appoints heads of all units and the personnel officers of all OPD,
// and records who acts for the government.
func (l *loader) offices(ctx context.Context) error {
	return l.each(func(p *place) error {
		for _, unit := range []string{"dinkes", "bkpsdm"} {
			if err := l.appoint(ctx, p, unit); err != nil {
				return err
			}
		}
		err := l.app.DB.Write(p.system(ctx, p.name("officer", "others")), func(tx *db.Tx) error {
			for _, q := range p.staff.People {
				if q.Office != population.Head && q.Office != population.PersonnelOfficer || !civil(q) || q.Unit.Code == "dinkes" || q.Unit.Code == "bkpsdm" {
					continue
				}
				if _, _, err := l.app.OPD.AppointTx(tx, p.officer(q)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return l.mandates(ctx, p)
	})
}

// appoint enters head and personnel officer of one unit as acts of their own,
// so that their identifiers follow from the unit.
func (l *loader) appoint(ctx context.Context, p *place, unit string) error {
	for _, o := range []population.Office{population.Head, population.PersonnelOfficer} {
		name := p.name("officer", unit+"/"+string(o))
		if _, _, err := l.app.OPD.Appoint(p.system(ctx, name), p.officer(p.staff.Holder(unit, o))); err != nil {
			return err
		}
	}
	return nil
}

func (p *place) officer(q *population.Person) opd.Officer {
	return opd.Officer{OPD: p.unitID(q.Unit), Office: opd.Office(q.Office), ASN: p.person(q), HolderKind: "definitive", From: q.PositionSince}
}

// mandate is who holds an office of the government; names are invented, terms
// and titles are those of the time.
type mandate struct {
	name, holder, title, basis string
	office                     government.Office
	kind                       government.HolderKind
	from, until                string
	account                    authz.Role
	by                         string // handle of the civil servant
	delegates                  string // name of the mandate a delegate acts for
	powers                     []government.Power
}

var mandates = map[string][]mandate{
	"36.03": {
		{name: "regent-2018", holder: "H. Suherman Wiradinata, S.E., M.M.", title: "Bupati Tangerang", basis: "Keputusan Mendagri Nomor 131.36-5991 Tahun 2018",
			office: government.AppointingAuthority, kind: government.Definitive, from: "2018-09-21", until: "2023-09-20"},
		{name: "regent", holder: "Dr. Andika Surya Pranata, M.Si.", title: "Pj. Bupati Tangerang", basis: "Keputusan Mendagri Nomor 100.2.1.3-4211 Tahun 2023",
			office: government.AppointingAuthority, kind: government.Pj, from: "2023-09-21", account: authz.AppointingAuth},
		{name: "sekda", title: "Sekretaris Daerah Kabupaten Tangerang", basis: "Keputusan Bupati Nomor 821.2/Kep.112-BKPSDM/2022",
			office: government.AuthorisedOfficial, kind: government.Definitive, by: "sekda", account: authz.AuthorisedOfficial},
		{name: "agency-head", title: "Kepala BKPSDM Kabupaten Tangerang", basis: "Keputusan Bupati Nomor 821.2/Kep.87-BKPSDM/2022",
			office: government.AgencyHead, kind: government.Definitive, by: "head-bkpsdm", powers: []government.Power{government.PowerSignLetters, government.PowerOpenEvents}},
	},
	"36.71": {
		{name: "mayor-2018", holder: "H. Rahmat Hidayat Kusuma, S.Sos.", title: "Wali Kota Tangerang", basis: "Keputusan Mendagri Nomor 131.36-8180 Tahun 2018",
			office: government.AppointingAuthority, kind: government.Definitive, from: "2018-12-26", until: "2023-12-25"},
		{name: "mayor", holder: "Drs. Ahmad Fauzi Rahman, M.Si.", title: "Pj. Wali Kota Tangerang", basis: "Keputusan Mendagri Nomor 100.2.1.3-6234 Tahun 2023",
			office: government.AppointingAuthority, kind: government.Pj, from: "2023-12-26", until: "2025-02-20", account: authz.AppointingAuth},
		{name: "sekda", title: "Sekretaris Daerah Kota Tangerang", basis: "Keputusan Wali Kota Nomor 821.2/Kep.54-BKPSDM/2022",
			office: government.AuthorisedOfficial, kind: government.Definitive, by: "sekda", account: authz.AuthorisedOfficial},
		{name: "agency-head", title: "Kepala BKPSDM Kota Tangerang", basis: "Keputusan Wali Kota Nomor 821.2/Kep.61-BKPSDM/2022",
			office: government.AgencyHead, kind: government.Definitive, by: "head-bkpsdm", powers: []government.Power{government.PowerSignLetters, government.PowerOpenEvents}},
	},
	"32.01": {
		{name: "regent-2018", holder: "H. Dadang Permana Kusuma, S.H.", title: "Bupati Bogor", basis: "Keputusan Mendagri Nomor 131.32-8181 Tahun 2018",
			office: government.AppointingAuthority, kind: government.Definitive, from: "2018-12-30", until: "2023-12-29"},
		{name: "regent", holder: "Dr. Ir. Bayu Mahendra Saputra, M.T.", title: "Pj. Bupati Bogor", basis: "Keputusan Mendagri Nomor 100.2.1.3-6571 Tahun 2023",
			office: government.AppointingAuthority, kind: government.Pj, from: "2023-12-30", account: authz.AppointingAuth},
		{name: "regent-delegate", title: "Asisten Pemerintahan dan Kesejahteraan Rakyat, mewakili Pj. Bupati Bogor", basis: "Surat Tugas Pj. Bupati Bogor Nomor 800.1.11/1187-Prokopim",
			office: government.AppointingAuthority, kind: government.Delegate, from: "2024-07-30", until: "2024-07-30", by: "aspemkesra", delegates: "regent",
			powers: []government.Power{government.PowerOpenEvents}},
		{name: "sekda", title: "Sekretaris Daerah Kabupaten Bogor", basis: "Keputusan Bupati Nomor 821.2/229-BKPSDM/2020",
			office: government.AuthorisedOfficial, kind: government.Definitive, by: "sekda", account: authz.AuthorisedOfficial},
		{name: "agency-head", title: "Kepala BKPSDM Kabupaten Bogor", basis: "Keputusan Bupati Nomor 821.2/301-BKPSDM/2021",
			office: government.AgencyHead, kind: government.Definitive, by: "head-bkpsdm", powers: []government.Power{government.PowerSignLetters, government.PowerOpenEvents}},
	},
}

func (l *loader) mandates(ctx context.Context, p *place) error {
	for _, m := range mandates[p.Code] {
		if _, _, err := l.app.Governments.CreateMandate(p.system(ctx, p.name("mandate", m.name)), p.mandate(m)); err != nil {
			return err
		}
	}
	return nil
}

func (p *place) mandate(m mandate) government.Mandate {
	out := government.Mandate{Office: m.office, HolderKind: m.kind, HolderName: m.holder, Title: m.title, Basis: m.basis, Powers: m.powers}
	if m.from != "" {
		out.From = day.MustParse(m.from)
	}
	if m.until != "" {
		until := day.MustParse(m.until)
		out.Until = &until
	}
	if m.by != "" {
		q := p.cast[m.by]
		person := p.person(q)
		out.HolderASN, out.HolderName = &person, q.FullName()
		if m.from == "" {
			out.From = q.PositionSince
		}
	}
	if m.account != "" {
		user := p.ref("account", string(m.account))
		out.HolderUser = &user
	}
	if m.delegates != "" {
		principal := p.ref("mandate", m.delegates)
		out.Delegates = &principal
	}
	return out
}

// letterNumber is taken for a letter that is written outside the system.
func (l *loader) letterNumber(ctx context.Context) error {
	p := l.kabTangerang()
	_, err := l.app.Governments.TakeNumber(p.as(ctx, authz.AgencyOfficer, "numbering.take", p.name("letter-number", "1")),
		id.ForName("government/"+p.Code+"#3"), "Undangan rapat koordinasi netralitas", nil)
	return err
}
