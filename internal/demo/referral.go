package demo

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/referral"
	"github.com/netral-asn/netral/internal/report"
)

// referred is what the client of Bawaslu Kab. Bogor hands over itself, with a
// picture: two persons, one of them known by an account alone.
func (l *loader) referred(ctx context.Context) error {
	p := l.kabBogor()
	file := p.name("upload", "chat-group")
	if err := l.sentUp(act(ctx, bawasluOf(p), "upload.write", file), "Tangkapan layar grup.pdf", "Grup percakapan Kecamatan Cibinong, 9 November 2024"); err != nil {
		return err
	}
	in := report.Submission{Kind: report.Laporan, Number: "004/Reg/LP/PB/Kab/13.13/XI/2024", Act: in2024(time.November, 9), Known: in2024(time.November, 11),
		Violation: "candidate_social_media_engagement", Acts: []string{"post"}, Source: report.Source{Status: report.TheirStatus{Word: "Diteruskan"}},
		Words: report.Words{Narrative: "Dua orang ASN mengunggah ajakan memilih pasangan calon bupati pada grup percakapan kecamatan.", Place: "Grup percakapan Kecamatan Cibinong"},
		Subjects: []report.Subject{{Kind: report.SubjectUnknown, Detail: report.SubjectDetail{Name: "Hendra Gunawan", Workplace: "Kecamatan Cibinong"}},
			{Kind: report.SubjectUnknown, Detail: report.SubjectDetail{Description: "Akun @warga.cibinong yang diduga milik pegawai kecamatan"}}},
		Uploads: []id.ID{id.ForName(file)}}
	content, err := referral.ContentOf(map[string]any{"kind": in.Kind, "number": in.Number, "their_status": in.Source.Status.Word, "act_on": in.Act, "known_on": in.Known,
		"violation_type": in.Violation, "acts": in.Acts, "narrative": in.Words.Narrative, "place": in.Words.Place,
		"subjects": []report.SubjectDetail{in.Subjects[0].Detail, in.Subjects[1].Detail}})
	if err != nil {
		return err
	}
	_, err = l.app.Referrals.Send(act(ctx, bawasluOf(p), "referral.write", p.name("referral", "chat-group")), "", in, content)
	return err
}
