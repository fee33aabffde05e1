package demo

import (
	"context"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/event"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// ofOPD are the types of units that are OPD.
var ofOPD = []string{"sekretariat_daerah", "sekretariat_dprd", "inspektorat", "dinas", "badan", "satpol_pp", "rsud", "kecamatan"}

// headsOnSite invites heads of OPD and camat, and the other administrators.
var headsOnSite = []event.Invitation{
	{Mode: event.OnSite, People: asn.Rule{OPDTypes: ofOPD, Offices: []string{"head"}}},
	{Mode: event.OnSite, People: asn.Rule{PositionTypes: []string{"administrator"}}},
}

var everybodyOnline = event.Invitation{Mode: event.Online}

// bknSpeaker came to both Tangerangs on two days running.
var bknSpeaker = event.Speaker{Name: "Bambang Suryanto", Title: "Deputi Bidang Pengawasan dan Pengendalian", Institution: "Badan Kepegawaian Negara", Topic: "Netralitas dan disiplin ASN"}

var materials = []event.Material{
	{Title: "Netralitas ASN: dasar hukum dan larangan", Topic: "dasar hukum", LegalSources: []string{"uu_20_2023", "skb_netralitas_2022"}},
	{Title: "Kode etik dan disiplin", Topic: "sanksi", LegalSources: []string{"pp_42_2004", "pp_94_2021"}},
}

// hours are an event's time on a day in the governments' zone.
func hours(d day.Day, from, until int) (time.Time, time.Time) {
	begin := d.Start(wib)
	return begin.Add(time.Duration(from) * time.Hour), begin.Add(time.Duration(until) * time.Hour)
}

// announce writes an event, invites and publishes it.
func (l *loader) announce(ctx context.Context, p *place, name string, e event.Event, rules ...event.Invitation) error {
	write := func(step string) context.Context {
		return p.as(ctx, authz.AgencyOfficer, "event.write", p.name("event", name+step))
	}
	e, err := l.app.Events.Create(write(""), e)
	if err != nil {
		return err
	}
	if _, err := l.app.Events.Invite(write("/invitations"), e.ID, rules); err != nil {
		return err
	}
	_, err = l.app.Events.Publish(write("/publication"), e.ID)
	return err
}

// held says that an event took place, and which guests were there.
func (l *loader) held(ctx context.Context, p *place, name string, guests ...event.Guest) error {
	var there *[]event.Guest
	if len(guests) > 0 {
		there = &guests
	}
	_, err := l.app.Events.Hold(p.as(ctx, authz.AgencyOfficer, "event.write", p.name("event", name+"/holding")), p.ref("event", name), there)
	return err
}

// listed records a list of people in lots.
func (l *loader) listed(ctx context.Context, p *place, name, list string, mode event.Mode, people []*population.Person) error {
	for from := 0; from < len(people); from += 500 {
		var lines []event.Line
		for _, q := range people[from:min(from+500, len(people))] {
			lines = append(lines, event.Line{Person: p.person(q), Mode: mode})
		}
		if _, err := l.app.Events.Record(p.as(ctx, authz.AgencyOfficer, "event.record", p.name("event", name+"/"+list+strconv.Itoa(from))), p.ref("event", name), event.ByList, list, lines); err != nil {
			return err
		}
	}
	return nil
}

// most drops every nth: somebody is always missing.
func most(people []*population.Person, n int) []*population.Person {
	var out []*population.Person
	for i, q := range people {
		if i%n != n-1 {
			out = append(out, q)
		}
	}
	return out
}

func isTopHead(q *population.Person) bool {
	return q.Office == population.Head && q.Unit.OPD() == q.Unit && civil(q)
}

func onSite(q *population.Person) bool { return isTopHead(q) || q.PositionType == "administrator" }

// firstRound is before Pemilu, for the heads alone.
func (l *loader) firstRound(ctx context.Context) error {
	p := l.kabTangerang()
	series, err := l.app.Events.CreateSeries(p.as(ctx, authz.AgencyOfficer, "event.write", p.name("series", "sosialisasi-2024")), event.Series{Name: "Sosialisasi Netralitas ASN 2023-2024"})
	if err != nil {
		return err
	}
	e := event.Event{Series: &series.ID, Round: 1, Kind: event.Sosialisasi, Title: "Sosialisasi Netralitas ASN pertama", Mode: event.OnSite,
		Venue: event.Venue{Name: "Gedung Serba Guna Puspemkab Tangerang", Address: "Tigaraksa", Capacity: 500}, Materials: materials,
		Speakers: []event.Speaker{{Name: p.cast["head-bkpsdm"].FullName(), Title: "Kepala BKPSDM", Institution: "Pemerintah Kabupaten Tangerang"}}}
	e.Starts, e.Ends = hours(day.New(2023, time.December, 12), 9, 12)
	return l.announce(ctx, p, "2023-12-12", e, headsOnSite...)
}

func (l *loader) firstRoundHeld(ctx context.Context) error {
	p := l.kabTangerang()
	if err := l.listed(ctx, p, "2023-12-12", "Daftar hadir", event.OnSite, most(p.staff.With(onSite), 9)); err != nil {
		return err
	}
	return l.held(ctx, p, "2023-12-12")
}

// secondRound is online, for all offices but the schools.
func (l *loader) secondRound(ctx context.Context) error {
	p := l.kabTangerang()
	e := event.Event{Series: ref(p.ref("series", "sosialisasi-2024")), Round: 2, Kind: event.Sosialisasi, Title: "Sosialisasi Netralitas ASN kedua", Mode: event.Online,
		StreamURL: "https://rapat.kabtangerang.example/netralitas-2", Materials: materials}
	e.Starts, e.Ends = hours(day.New(2024, time.January, 23), 9, 11)
	return l.announce(ctx, p, "2024-01-23", e, event.Invitation{Mode: event.Online, People: asn.Rule{OPDTypes: append([]string{"kelurahan"}, ofOPD...)}})
}

func (l *loader) secondRoundHeld(ctx context.Context) error {
	p := l.kabTangerang()
	for i, u := range p.staff.Units {
		if u.Parent != nil || i%6 == 3 { // some offices sent no statement
			continue
		}
		if err := l.behindOneScreen(ctx, p, "2024-01-23", u, "Kantor "+u.Name, 11); err != nil {
			return err
		}
	}
	return l.held(ctx, p, "2024-01-23")
}

// behindOneScreen is the statement of a unit's officer that its staff followed an
// event behind one screen, all but every nth.
func (l *loader) behindOneScreen(ctx context.Context, p *place, name string, u *population.Unit, where string, n int) error {
	var absent []id.ID
	for i, q := range p.staff.With(func(q *population.Person) bool { return q.Unit == u && q.Office == population.None && civil(q) }) {
		if i%n == n-1 {
			absent = append(absent, p.person(q))
		}
	}
	group := p.name("office-group", name+"/"+u.Code)
	if name == "2024-05-21" && u.Code == "dinkes" {
		group = p.name("office-group", "dinkes")
	}
	_, err := l.app.Events.Confirm(p.as(ctx, authz.AgencyOfficer, "event.record", group), p.ref("event", name), event.Group{OPD: p.unitID(u), Place: where, Except: absent})
	return err
}

// thirdRound is the one of 21 May 2024: a hall for the heads and the camat, the
// others online from their offices, a speaker from BKN.
func (l *loader) thirdRound(ctx context.Context) error {
	p := l.kabTangerang()
	d := day.New(2024, time.May, 21)
	e := event.Event{Series: ref(p.ref("series", "sosialisasi-2024")), Round: 3, Kind: event.Sosialisasi, Title: "Sosialisasi Netralitas ASN ketiga", Mode: event.Hybrid,
		Venue:     event.Venue{Name: "Gedung Serba Guna Puspemkab Tangerang", Address: "Tigaraksa", Capacity: 500},
		StreamURL: "https://rapat.kabtangerang.example/netralitas-3", Speakers: []event.Speaker{bknSpeaker}, Materials: materials,
		Opening: &event.Opening{Office: government.AppointingAuthority}}
	e.Starts, e.Ends = hours(d, 9, 12)
	half := e.Starts.Add(30 * time.Minute)
	e.Agenda = []event.AgendaItem{{Starts: &e.Starts, Title: "Pembukaan"}, {Starts: &half, Title: "Netralitas ASN pada Pilkada 2024"}}
	return l.announce(ctx, p, "2024-05-21", e, append(headsOnSite, everybodyOnline)...)
}

// thirdRoundHeld records the hall by list and the offices by statements. Some
// schools sent none, so that some people were never reached.
func (l *loader) thirdRoundHeld(ctx context.Context) error {
	const name = "2024-05-21"
	p := l.kabTangerang()
	if err := l.listed(ctx, p, name, "Daftar hadir", event.OnSite, most(p.staff.With(onSite), 14)); err != nil {
		return err
	}
	for i, u := range p.staff.Units {
		switch {
		case u.Type == "school" && i%33 == 5, u.Code == "disdik", u.Parent != nil && u.Type != "school":
			continue // no statement; or spoken for by the OPD above
		}
		if err := l.behindOneScreen(ctx, p, name, u, "Aula "+u.Name, 23); err != nil {
			return err
		}
	}
	office := p.staff.With(func(q *population.Person) bool { return q.Unit.Code == "disdik" && !onSite(q) })
	if err := l.listed(ctx, p, name, "Daftar hadir Dinas Pendidikan", event.Online, most(office, 17)); err != nil {
		return err
	}
	return l.held(ctx, p, name)
}

// coaching is that of Kota Tangerang on 20 May 2024 in Ruang Akhlakul Karimah;
// staff of the municipal company follow as well.
func (l *loader) coaching(ctx context.Context) error {
	p := l.kotaTangerang()
	e := event.Event{Kind: event.Pembinaan, Title: "Pembinaan Disiplin dan Netralitas ASN", Mode: event.Hybrid,
		Venue:     event.Venue{Name: "Ruang Akhlakul Karimah", Address: "Pusat Pemerintahan Kota Tangerang", Capacity: 250},
		StreamURL: "https://rapat.kotatangerang.example/pembinaan", Speakers: []event.Speaker{bknSpeaker,
			{Name: p.cast["sekda"].FullName(), Title: "Sekretaris Daerah", Institution: "Pemerintah Kota Tangerang"}}, Materials: materials,
		Opening: &event.Opening{Office: government.AppointingAuthority}}
	e.Starts, e.Ends = hours(day.New(2024, time.May, 20), 9, 12)
	return l.announce(ctx, p, "2024-05-20", e, append(headsOnSite, event.Invitation{Mode: event.Online, People: asn.Rule{WithNonASN: true}})...)
}

func (l *loader) coachingHeld(ctx context.Context) error {
	const name = "2024-05-20"
	p := l.kotaTangerang()
	if err := l.listed(ctx, p, name, "Daftar hadir", event.OnSite, most(p.staff.With(onSite), 15)); err != nil {
		return err
	}
	for i, u := range p.staff.Units {
		if u.Parent == nil && i%13 != 6 {
			if err := l.behindOneScreen(ctx, p, name, u, "Kantor "+u.Name, 19); err != nil {
				return err
			}
		}
	}
	return l.held(ctx, p, name)
}

// rollCall is the Sekda's reminder at a morning roll-call in the plaza.
func (l *loader) rollCall(ctx context.Context) error {
	p := l.kotaTangerang()
	e := event.Event{Kind: event.Apel, Title: "Apel pagi: netralitas ASN", Mode: event.OnSite, Venue: event.Venue{Name: "Plaza Pusat Pemerintahan Kota Tangerang"},
		Opening: &event.Opening{Office: government.AuthorisedOfficial}}
	e.Starts, e.Ends = hours(day.New(2024, time.June, 10), 7, 8)
	units := []id.ID{p.ref("opd", "setda"), p.ref("opd", "bkpsdm"), p.ref("opd", "bakesbangpol"), p.ref("opd", "inspektorat")}
	return l.announce(ctx, p, "2024-06-10", e, event.Invitation{Mode: event.OnSite, People: asn.Rule{OPD: units}})
}

func (l *loader) rollCallHeld(ctx context.Context) error {
	const name = "2024-06-10"
	p := l.kotaTangerang()
	there := p.staff.With(func(q *population.Person) bool {
		return q.Unit.Code == "setda" || q.Unit.Code == "bkpsdm" || q.Unit.Code == "bakesbangpol" || q.Unit.Code == "inspektorat"
	})
	if err := l.listed(ctx, p, name, "Daftar hadir apel", event.OnSite, most(there, 8)); err != nil {
		return err
	}
	return l.held(ctx, p, name)
}

// coordination is the meeting of Kab. Bogor with Bawaslu and Forkopimda, opened
// by the delegate of the acting regent.
func (l *loader) coordination(ctx context.Context) error {
	p := l.kabBogor()
	e := event.Event{Kind: event.Coordination, Title: "Rapat Koordinasi Pengawasan Partisipatif Pilkada 2024", Mode: event.OnSite,
		Venue:     event.Venue{Name: "Hotel Contoh Cibinong", Address: "Cibinong", Capacity: 150},
		Materials: materials, Opening: &event.Opening{Office: government.AppointingAuthority, Mandate: ref(p.ref("mandate", "regent-delegate"))},
		Guests: guests(nil)}
	e.Starts, e.Ends = hours(day.New(2024, time.July, 30), 9, 13)
	return l.announce(ctx, p, "2024-07-30", e, event.Invitation{Mode: event.OnSite, People: asn.Rule{OPDTypes: ofOPD, Offices: []string{"head"}}})
}

// guests are those from outside; attended tells of each whether they came, once
// that is known.
func guests(attended []bool) []event.Guest {
	out := []event.Guest{
		{Name: "Ridwan Permadi", Title: "Ketua", Institution: "Bawaslu Kabupaten Bogor", Kind: "bawaslu"},
		{Name: "Yudha Prakoso", Title: "Kolonel Inf.", Institution: "Kodim Kabupaten Bogor", Kind: "forkopimda"},
		{Name: "Satria Nugraha", Title: "AKBP", Institution: "Polres Bogor", Kind: "forkopimda", Represents: "Kapolres Bogor"},
		{Name: "Lestari Wibisono", Institution: "KPU Kabupaten Bogor", Kind: "kpu"},
	}
	for i := range attended {
		out[i].Attended = &attended[i]
	}
	return out
}

func (l *loader) coordinationHeld(ctx context.Context) error {
	const name = "2024-07-30"
	p := l.kabBogor()
	if err := l.listed(ctx, p, name, "Daftar hadir", event.OnSite, most(p.staff.With(isTopHead), 7)); err != nil {
		return err
	}
	if err := l.held(ctx, p, name, guests([]bool{true, true, true, false})...); err != nil {
		return err
	}
	write := func(what string) context.Context { return p.as(ctx, authz.AgencyOfficer, "event.write", what) }
	meeting := p.ref("event", name)
	if _, err := l.app.Events.RecordMinutes(write(p.name("event", name+"/minutes")), meeting,
		"Bawaslu memaparkan pengawasan partisipatif dan penanganan pelanggaran netralitas. ASN berhak memilih hanya di bilik suara. Disepakati kanal pelaporan bersama dan pertukaran data tindak lanjut."); err != nil {
		return err
	}
	for _, a := range []struct {
		name string
		event.ActionPoint
	}{
		{"first", event.ActionPoint{Text: "Membentuk kanal pelaporan bersama Bawaslu", Owner: "Kepala BKPSDM", OwnerOPD: ref(p.ref("opd", "bkpsdm")), Due: in2024(time.August, 15)}},
		{"second", event.ActionPoint{Text: "Menyampaikan daftar perangkat daerah yang belum mengikuti sosialisasi", Owner: "Kepala Bakesbangpol", OwnerOPD: ref(p.ref("opd", "bakesbangpol")), Due: in2024(time.August, 30)}},
	} {
		a.Event = meeting
		if _, err := l.app.Events.AddActionPoint(write(p.name("action-point", a.name)), a.ActionPoint); err != nil {
			return err
		}
	}
	return nil
}

// channelOpened is the first action point, done.
func (l *loader) channelOpened(ctx context.Context) error {
	p := l.kabBogor()
	_, err := l.app.Events.CompleteActionPoint(p.as(ctx, authz.AgencyOfficer, "event.write", p.name("action-point", "first/completion")), p.ref("event", "2024-07-30"), p.ref("action-point", "first"),
		day.New(2024, time.August, 14), "Bawaslu Kabupaten Bogor menerima klien mesin untuk membaca status perkara yang diteruskannya.")
	return err
}
