package demo

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/coaching"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// officerOf is the context in which the personnel officer of an OPD acts there.
func (p *place) officerOf(ctx context.Context, u *population.Unit, perm authz.Permission, name string) context.Context {
	who := p.person(p.staff.Holder(u.Code, population.PersonnelOfficer))
	return act(ctx, authz.Principal{Kind: authz.User, ID: id.ForName("account/" + who.String()), Tenants: []int32{p.Tenant}, Person: who,
		Grants: []authz.Grant{{Role: authz.OPDOfficer, Tenant: p.Tenant, OPDRoot: p.unitID(u)}}, Assurance: authz.BoundContact}, perm, name)
}

// warned is the early warning that the personnel officer of Dinas Kesehatan
// gave; it names an act, so it says why the matter is not handed over.
func (l *loader) warned(ctx context.Context) error {
	p := l.kabTangerang()
	handedOver := false
	_, _, err := l.app.Coachings.Create(p.as(ctx, authz.OPDOfficer, "coaching.write", p.name("coaching", "first")), coaching.Coaching{Kind: coaching.EarlyWarning,
		Person: ref(p.ref("asn", "warned")), Held: day.New(2024, time.June, 3), ViolationType: "prospective_social_media_engagement", HandedOver: &handedOver, FollowUp: in2024(time.July, 3),
		Words: coaching.Words{Topic: "Penggunaan media sosial menjelang Pilkada",
			Note:           "Diingatkan agar tidak menyukai unggahan bakal calon dan menghapus tanda suka yang sudah diberikan.",
			HandoverReason: "Tanda suka sudah dihapus sebelum ditegur; dilakukan sekali dan tanpa sengaja."}})
	if err != nil {
		return err
	}
	_, _, err = l.app.Coachings.Answer(p.self(ctx, p.cast["warned"], "coaching.own", p.name("coaching", "first/answer")), p.ref("coaching", "first"), "Terima kasih, akan saya perhatikan.")
	return err
}

// lookedAfter is what was seen a month later.
func (l *loader) lookedAfter(ctx context.Context) error {
	p := l.kabTangerang()
	_, _, err := l.app.Coachings.FollowUp(p.as(ctx, authz.OPDOfficer, "coaching.write", p.name("coaching", "first/follow-up")), p.ref("coaching", "first"),
		coaching.FollowUp{Held: day.New(2024, time.July, 3), Note: "Akun sudah bersih; tidak ada unggahan baru tentang bakal calon."}, nil)
	return err
}

// ledger is what the other personnel officers did in the season: each talked to
// the own office, and about one in three had to warn somebody.
func (l *loader) ledger(ctx context.Context) error {
	p := l.kabTangerang()
	for i, u := range p.staff.Units {
		if u.OPD() != u {
			continue
		}
		if _, _, err := l.app.Coachings.Create(p.officerOf(ctx, u, "coaching.write", p.name("coaching", u.Code)), coaching.AboutUnit(p.unitID(u), coaching.Coaching{Kind: coaching.Prevention,
			Held: day.New(2024, time.July, 8), Words: coaching.Words{Topic: "Netralitas menjelang penetapan calon",
				Note: "Disampaikan pada rapat staf: larangan mengunggah, menyukai, mengomentari dan membagikan konten calon; kewajiban kepala perangkat daerah mengawasi."}})); err != nil {
			return err
		}
		staff := p.staff.Staff(u.Code)
		if i%3 != 0 || len(staff) == 0 {
			continue
		}
		if _, _, err := l.app.Coachings.Create(p.officerOf(ctx, u, "coaching.write", p.name("coaching", u.Code+"/warning")), coaching.Coaching{Kind: coaching.EarlyWarning,
			Person: ref(p.person(staff[i%len(staff)])), Held: day.New(2024, time.July, 8), FollowUp: in2024(time.August, 8),
			Words: coaching.Words{Topic: "Percakapan politik di grup kantor", Note: "Diingatkan agar grup percakapan kantor tidak dipakai untuk membahas bakal calon."}}); err != nil {
			return err
		}
	}
	return nil
}

// reprimanded is what the city calls an oral reprimand for a word of support:
// the law knows none for neutrality, so it is coaching and no sanction.
func (l *loader) reprimanded(ctx context.Context) error {
	p := l.kotaTangerang()
	_, _, err := l.app.Coachings.Create(p.officerOf(ctx, p.staff.Unit("disbudpar"), "coaching.write", p.name("coaching", "reprimand")), coaching.Coaching{Kind: coaching.Coached,
		Person: ref(p.ref("asn", "reprimanded")), Held: day.New(2024, time.July, 22), FollowUp: in2024(time.September, 2),
		Words: coaching.Words{Topic: "Teguran lisan: dukungan lisan kepada bakal calon", Note: "Ditegur atas ucapan dukungan pada kegiatan warga; diberi penjelasan tentang SKB netralitas."}})
	return err
}
