package demo

import (
	"context"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/taskforce"
)

// taskForce sets up the Satgas of Kota Tangerang by a decree of the acting
// mayor. One of its members will turn out to be the superior of an accused.
func (l *loader) taskForce(ctx context.Context) error {
	p := l.kotaTangerang()
	term := day.New(2024, time.December, 31)
	officer := func(name string) context.Context { return p.as(ctx, authz.AgencyOfficer, "taskforce.write", name) }
	force, _, err := l.app.TaskForces.Create(officer("task-force/"+p.Code), taskforce.TaskForce{Name: "Satuan Tugas Netralitas ASN Kota Tangerang",
		DecreeNumber: "800/Kep.412-BKPSDM/2024", Decreed: day.New(2024, time.May, 6), Election: &pilkada, From: day.New(2024, time.May, 6), Until: &term}, nil, nil)
	if err != nil {
		return err
	}
	for i, m := range []struct {
		role   taskforce.Role
		handle string
		as     string
	}{
		{taskforce.Chair, "sekda", "Sekretaris Daerah"}, {taskforce.ViceChair, "aspemkesra", "Asisten Pemerintahan dan Kesejahteraan Rakyat"},
		{taskforce.Secretary, "head-bkpsdm", "Kepala BKPSDM"}, {taskforce.Plain, "auditor", "Unsur Inspektorat"},
		{taskforce.Plain, "satgas", "Unsur kecamatan"}, {taskforce.Plain, "satgas-2", "Unsur Badan Kesatuan Bangsa dan Politik"},
	} {
		if _, _, err := l.app.TaskForces.AddMember(officer(p.name("task-force-member", strconv.Itoa(i+1))), taskforce.Member{TaskForce: force.ID, Role: m.role,
			ASN: ref(p.ref("asn", m.handle)), Position: m.as, From: force.From}); err != nil {
			return err
		}
	}
	_, _, err = l.app.TaskForces.AddMember(officer(p.name("task-force-member", "bawaslu")), taskforce.Member{TaskForce: force.ID, Role: taskforce.Plain,
		Name: "Ratna Wulandari", Institution: "Bawaslu Kota Tangerang", Position: "Unsur Bawaslu", From: force.From})
	return err
}

// kasnRecommended takes in what KASN recommended after Pemilu.
func (l *loader) kasnRecommended(ctx context.Context) error {
	return l.recommended(ctx, "kasn", recommendation.Recommendation{Organisation: id.ForName("organisation/kasn"), Number: "R-612/NK.01.00/02/2024",
		Issued: day.New(2024, time.February, 26), Received: day.New(2024, time.March, 4), Subjects: []recommendation.Subject{
			{ASN: l.kabTangerang().ref("asn", "kasn-subject"), Sanction: "moral_statement_open", Wording: "Sanksi moral berupa pernyataan secara terbuka"}}})
}

// bknRecommended takes in what BKN, which took over from KASN, recommended
// after the candidates of Pilkada had been determined.
func (l *loader) bknRecommended(ctx context.Context) error {
	return l.recommended(ctx, "bkn", recommendation.Recommendation{Organisation: id.ForName("organisation/bkn"), Number: "18214/R-AK.03.03/SD/F/2024",
		Issued: day.New(2024, time.November, 4), Received: day.New(2024, time.November, 8), Subjects: []recommendation.Subject{
			{ASN: l.kabTangerang().ref("asn", "bkn-subject"), Sanction: "position_demotion", Wording: "Hukuman disiplin berat berupa penurunan jabatan setingkat lebih rendah selama 12 bulan"}}})
}

func (l *loader) recommended(ctx context.Context, name string, r recommendation.Recommendation) error {
	p := l.kabTangerang()
	_, _, err := l.app.Recommendations.Create(p.as(ctx, authz.AgencyOfficer, "recommendation.write", p.name("recommendation", name)), r, nil, "")
	return err
}

// kasnFollowedUp is the proof that closed the obligation.
func (l *loader) kasnFollowedUp(ctx context.Context) error {
	p := l.kabTangerang()
	_, _, err := l.app.Recommendations.FollowUp(p.as(ctx, authz.AgencyOfficer, "recommendation.write", p.name("recommendation", "kasn/done")), p.ref("recommendation", "kasn"),
		recommendation.FollowUp{Kind: recommendation.Done, Wording: "Pernyataan terbuka dibacakan pada apel pagi.", Number: "800/311-BKPSDM/2024", Case: ref(p.ref("case", "kasn-subject"))})
	return err
}

// bknFollowedUp is a step on the way: the case has begun and waits.
func (l *loader) bknFollowedUp(ctx context.Context) error {
	p := l.kabTangerang()
	_, _, err := l.app.Recommendations.FollowUp(p.as(ctx, authz.AgencyOfficer, "recommendation.write", p.name("recommendation", "bkn/interim")), p.ref("recommendation", "bkn"),
		recommendation.FollowUp{Kind: recommendation.Interim, Wording: "Pemanggilan dan pemeriksaan oleh tim pemeriksa.", Number: "800.1.6.2/3120-BKPSDM", Case: ref(p.ref("case", "bkn-subject"))})
	return err
}

// fromRecommendation is the origin of a case that a recommendation feeds.
func fromRecommendation(name, organisation, number, received string) casefile.Origin {
	return casefile.Origin{Kind: "recommendation", Recommendation: ref(id.ForName("recommendation/" + name)), Organisation: ref(id.ForName("organisation/" + organisation)),
		TheirNumber: number, ReceivedOn: day.MustParse(received)}
}

// kasnCase is the road of ethics: the photo was posted before the tickets of
// Pemilu were determined.
var kasnCase = proceedings{
	name: "kasn-subject", subject: "kasn-subject", mandate: "regent", council: true,
	opening: casefile.Opening{Origin: fromRecommendation("36.03/kasn", "kasn", "R-612/NK.01.00/02/2024", "2024-03-04"), Acts: []string{"photo"},
		Case: casefile.Case{ActOn: day.New(2023, time.November, 8), KnownOn: in2024(time.March, 4), Track: "ethics", ViolationTypes: []string{"prospective_photo_posting"},
			Election: ref(id.ForName("election/pemilu-2024")), CandidateStatus: "prospective", Accusation: "Mengunggah foto bersama bakal calon presiden dengan simbol dukungan."}},
	registered: "2024-03-05", summoned: "2024-03-06", appears: "2024-03-18", examined: "2024-03-18", recommended: "2024-03-20", decided: "2024-03-21",
	delivered: "2024-03-22", effective: "2024-03-22", executed: "2024-03-25", recorded: "2024-03-28", closed: "2024-04-01",
	place: "Ruang Rapat BKPSDM, Tigaraksa", letter: "800.1.6.2/711-BKPSDM",
	record:   "Terperiksa membenarkan unggahan tersebut dan telah menghapusnya.",
	opinion:  "Terbukti melanggar kode etik sebelum penetapan pasangan calon.",
	sanction: "moral_statement_open", decision: "800/298-BKPSDM/2024", basis: "PP 42/2004 Pasal 11 huruf c dan Pasal 15; SKB netralitas 22 September 2022",
	proof: "Pernyataan dibacakan pada apel pagi, 25 Maret 2024", siasn: "SIASN-2024-3603-0214", idis: "IDIS-3603-2024-007",
}

// bknCase is the road of discipline; it waits for the decision of the acting
// regent when the programme ends.
var bknCase = proceedings{
	name: "bkn-subject", subject: "bkn-subject", mandate: "regent",
	opening: casefile.Opening{Origin: fromRecommendation("36.03/bkn", "bkn", "18214/R-AK.03.03/SD/F/2024", "2024-11-08"), Acts: []string{"post"},
		Case: casefile.Case{ActOn: day.New(2024, time.October, 12), KnownOn: in2024(time.November, 8), Track: "discipline", ViolationTypes: []string{"candidate_social_media_engagement"},
			Election: &pilkada, CandidateStatus: "determined", Accusation: "Mengunggah ajakan mendukung pasangan calon gubernur dengan akun pribadi."}},
	registered: "2024-11-11", summoned: "2024-11-12", appears: "2024-11-22", examined: "2024-11-22", recommended: "2024-11-29",
	place: "Ruang Rapat BKPSDM, Tigaraksa", letter: "800.1.6.2/3120-BKPSDM",
	record:   "Terperiksa, seorang camat, membenarkan unggahan tersebut.",
	answer:   "Unggahan itu saya teruskan dari grup keluarga tanpa saya baca sampai selesai.",
	opinion:  "Terbukti melanggar Pasal 5 huruf n angka 5 PP 94/2021; sejalan dengan rekomendasi BKN.",
	sanction: "position_demotion",
}
