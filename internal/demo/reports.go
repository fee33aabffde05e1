package demo

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/report"
)

// likeReported is the anonymous report of a "like" in Kota Tangerang, a month
// before the candidates were determined.
func (l *loader) likeReported(ctx context.Context) error {
	p := l.kotaTangerang()
	_, err := l.app.Reports.FilePublic(id.Named(authz.With(ctx, authz.ForPublic(p.Tenant)), p.name("report", "like")), p.Code, report.Submission{
		Act: in2024(time.August, 17), Known: in2024(time.August, 18), Violation: "prospective_social_media_engagement", Acts: []string{"like"},
		Words: report.Words{
			Narrative: "Akun seorang pegawai kecamatan menyukai unggahan deklarasi bakal calon wali kota. Tangkapan layar masih saya simpan.",
			Place:     "Instagram",
			Links:     []string{"https://instagram.example/p/deklarasi-bakal-calon"},
		},
		Subjects: []report.Subject{{Kind: report.SubjectUnknown, Detail: report.SubjectDetail{Description: "Pegawai kecamatan, akun pribadi", Workplace: "Kecamatan Cipondoh"}}},
	})
	return err
}

// likeVerified takes it up and puts a member of the task force in charge, who
// nobody knows yet to be the superior of the accused.
func (l *loader) likeVerified(ctx context.Context) error {
	p := l.kotaTangerang()
	like := p.ref("report", "like")
	officer := func(perm authz.Permission, step string) context.Context {
		return p.as(ctx, authz.AgencyOfficer, perm, p.name("report", "like/"+step))
	}
	if _, err := l.app.Reports.Verify(officer("report.verify", "verification"), like, nil); err != nil {
		return err
	}
	if _, err := l.app.Reports.Assign(officer("report.assign", "assignment"), like, p.ref("asn", "satgas")); err != nil {
		return err
	}
	_, err := l.app.Reports.Write(officer("report.message", "message"), like, "Terima kasih. Laporan sedang kami periksa; bila Saudara mengetahui nama pegawai tersebut, mohon disampaikan lewat kode ini.")
	return err
}

// likeMatched says who it was. From this moment on the wall stands: the member
// in charge is the superior of the accused, and the way leads to another.
func (l *loader) likeMatched(ctx context.Context) error {
	p := l.kotaTangerang()
	like, accused, first := p.ref("report", "like"), p.ref("asn", "like"), int32(1)
	officer := func(perm authz.Permission, step string) context.Context {
		return p.as(ctx, authz.AgencyOfficer, perm, p.name("report", "like/"+step))
	}
	if _, _, err := l.app.Reports.Match(officer("report.verify", "subject"), like, &first, report.Subject{ASN: &accused}); err != nil {
		return err
	}
	_, err := l.app.Reports.Assign(officer("report.assign", "reassignment"), like, p.ref("asn", "satgas-2"))
	return err
}

// likeAgain is a second report of the same act, which is joined to the first.
func (l *loader) likeAgain(ctx context.Context) error {
	p := l.kotaTangerang()
	r, _, err := l.app.Reports.File(p.as(ctx, authz.AgencyOfficer, "report.create", p.name("report", "like-2")), report.Submission{
		Origin: report.WhatsApp, Kind: report.InformasiAwal, Act: in2024(time.August, 17), Violation: "prospective_social_media_engagement", Acts: []string{"like"},
		Words:    report.Words{Narrative: "Warga menyampaikan lewat WhatsApp bahwa pegawai kecamatan menyukai unggahan deklarasi bakal calon wali kota.", Place: "Instagram"},
		Subjects: []report.Subject{{Kind: report.SubjectUnknown, Detail: report.SubjectDetail{Workplace: "Kecamatan Cipondoh"}}},
	})
	if err != nil {
		return err
	}
	_, err = l.app.Reports.MarkDuplicate(p.as(ctx, authz.AgencyOfficer, "report.verify", p.name("report", "like-2/duplicate")), r.ID, p.ref("report", "like"), nil)
	return err
}

// bawasluFinding is what Bawaslu Kab. Bogor found and numbered itself.
func (l *loader) bawasluFinding(ctx context.Context) error {
	p := l.kabBogor()
	accused := p.cast["subject"]
	r, _, err := l.app.Reports.File(p.as(ctx, authz.AgencyOfficer, "report.create", p.name("report", "finding")), report.Submission{
		Origin: report.FromBawaslu, Kind: report.Temuan, Organisation: ref(id.ForName("organisation/bawaslu-32.01")), Number: findingNumber,
		Received: in2024(time.October, 2), Act: in2024(time.September, 28), Known: in2024(time.September, 29), Violation: "campaign_with_attributes",
		Words: report.Words{
			Narrative: "Seorang ASN menghadiri kampanye pasangan calon bupati dengan mengenakan atribut partai.",
			Place:     "Lapangan Tegar Beriman, Cibinong",
		},
		Subjects: []report.Subject{{Kind: report.SubjectUnknown, Detail: report.SubjectDetail{Name: accused.Name, NIP: accused.NIP, Workplace: accused.Unit.Name}}},
	})
	if err != nil {
		return err
	}
	_, err = l.app.Reports.Verify(p.as(ctx, authz.AgencyOfficer, "report.verify", p.name("report", "finding/verification")), r.ID, nil)
	return err
}
