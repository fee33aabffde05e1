package demo

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// kabBogorSteps are the account K5: the coordination with Bawaslu, its finding,
// and sanctions from a moral statement to dismissal.
func (l *loader) kabBogorSteps() []step {
	return slices.Concat([]step{
		{on: day.New(2024, time.July, 22), hour: 9, what: "Kab. Bogor: coordination meeting announced", do: l.coordination, quiet: true},
		{on: day.New(2024, time.July, 30), hour: 13, what: "Kab. Bogor: coordination meeting with Bawaslu and Forkopimda", do: l.coordinationHeld},
		{on: day.New(2024, time.August, 14), hour: 10, what: "Kab. Bogor: machine client of Bawaslu, action point done", do: l.channelOpened},
		{on: day.New(2024, time.October, 2), hour: 14, what: "Kab. Bogor: finding of Bawaslu", do: l.bawasluFinding},
		{on: day.New(2024, time.November, 14), hour: 10, what: "Kab. Bogor: Bawaslu hands a report over", do: l.referred},
		{on: day.New(2024, time.November, 4), hour: 15, what: "Kab. Bogor: the dismissed civil servant leaves the register", do: l.dismissed, quiet: true},
	}, declarationCase.steps(l, l.kabBogor), findingCase.steps(l, l.kabBogor), partisanCase.steps(l, l.kabBogor), partyCase.steps(l, l.kabBogor))
}

// dismissed closes the record of who was dismissed.
func (l *loader) dismissed(ctx context.Context) error {
	p := l.kabBogor()
	_, err := l.app.ASN.Depart(p.system(ctx, p.name("asn", "party/departure")), p.ref("asn", "party"), "dismissed", day.New(2024, time.October, 31))
	return err
}

var declarationCase = proceedings{
	name: "declaration", subject: "declaration", mandate: "regent", council: true,
	opening: casefile.Opening{Origin: casefile.Origin{Kind: "own_finding", ReceivedOn: day.New(2024, time.August, 5)},
		Case: casefile.Case{ActOn: day.New(2024, time.August, 3), KnownOn: in2024(time.August, 5), Track: "ethics", ViolationTypes: []string{"prospective_declaration_attendance"},
			Election: &pilkada, CandidateStatus: "prospective", Accusation: "Menghadiri deklarasi bakal calon bupati dan menunjukkan dukungan secara aktif."}},
	registered: "2024-08-06", summoned: "2024-08-07", appears: "2024-08-19", examined: "2024-08-19", recommended: "2024-08-23", decided: "2024-08-29",
	delivered: "2024-08-30", effective: "2024-08-30", executed: "2024-09-02", recorded: "2024-09-09", closed: "2024-09-10",
	place: "Ruang Rapat BKPSDM Kabupaten Bogor, Cibinong", letter: "800.1.6.2/1411-BKPSDM",
	record:   "Terperiksa membenarkan kehadirannya dan bahwa ia ikut berfoto bersama para pendukung.",
	opinion:  "Terbukti melanggar kode etik sebelum penetapan pasangan calon.",
	sanction: "moral_statement_open", decision: "800.1.6.4/Kep.212-BKPSDM/2024", basis: "PP 42/2004 Pasal 11 huruf c dan Pasal 15; SKB netralitas 22 September 2022",
	proof: "Pernyataan dibacakan pada apel pagi, 2 September 2024", siasn: "SIASN-2024-3201-0711", idis: "IDIS-3201-2024-019",
}

var findingCase = proceedings{
	name: "finding", subject: "subject", official: "head-disdik", note: "Menunggu tangkapan layar dari Bawaslu.",
	opening: casefile.Opening{Origin: fromBawaslu(id.ForName("report/32.01/finding"), findingNumber, "2024-10-02"),
		Case: casefile.Case{ActOn: day.New(2024, time.September, 28), KnownOn: in2024(time.September, 29), Track: "discipline", ViolationTypes: []string{"campaign_with_attributes"},
			Election: &pilkada, CandidateStatus: "determined", Accusation: "Menghadiri kampanye pasangan calon bupati dengan mengenakan atribut partai."}},
	registered: "2024-10-04", summoned: "2024-10-07", appears: "2024-10-17", examined: "2024-10-17", recommended: "2024-10-22", decided: "2024-10-28",
	delivered: "2024-10-30", contested: "2024-11-08", ruled: "2024-11-22", executed: "2024-11-25", recorded: "2024-11-29",
	place: "Ruang Rapat BKPSDM Kabupaten Bogor, Cibinong", letter: "800.1.6.2/1893-BKPSDM",
	record:   "Terperiksa membenarkan kehadirannya pada kampanye di Lapangan Tegar Beriman dengan mengenakan atribut partai.",
	answer:   "Saya datang bersama keluarga dan mengenakan atribut yang dibagikan di tempat.",
	opinion:  "Terbukti melanggar Pasal 5 huruf n angka 2 PP 94/2021.",
	sanction: "promotion_delay", decision: "800.1.6.4/Kep.266-BKPSDM/2024", basis: "PP 94/2021 Pasal 5 huruf n angka 2, Pasal 13 huruf g dan Pasal 42",
	proof: "Keputusan penundaan kenaikan pangkat selama 12 bulan", siasn: "SIASN-2024-3201-0952", idis: "IDIS-3201-2024-031",
}

var partisanCase = proceedings{
	name: "partisan", subject: "partisan", mandate: "regent",
	opening: casefile.Opening{Origin: casefile.Origin{Kind: "own_finding", ReceivedOn: day.New(2024, time.October, 14)}, Acts: []string{"post"},
		Case: casefile.Case{ActOn: day.New(2024, time.October, 11), KnownOn: in2024(time.October, 14), Track: "discipline", ViolationTypes: []string{"candidate_social_media_engagement"},
			Election: &pilkada, CandidateStatus: "determined", Accusation: "Mengunggah ajakan memilih pasangan calon bupati di grup percakapan kecamatan."}},
	registered: "2024-10-15", summoned: "2024-10-16", appears: "2024-10-28", examined: "2024-10-28", recommended: "2024-11-04", decided: "2024-11-11", delivered: "2024-11-13",
	place: "Ruang Rapat BKPSDM Kabupaten Bogor, Cibinong", letter: "800.1.6.2/1950-BKPSDM",
	record:   "Terperiksa membenarkan unggahan tersebut; ajakan dikirim ke grup yang beranggotakan pegawai kecamatan.",
	opinion:  "Terbukti melanggar Pasal 5 huruf n angka 5 PP 94/2021; terperiksa seorang camat.",
	sanction: "position_release", decision: "800.1.6.4/Kep.281-BKPSDM/2024", basis: "PP 94/2021 Pasal 5 huruf n angka 5 dan Pasal 14 huruf i angka 3",
}

var partyCase = proceedings{
	name: "party", subject: "party", mandate: "regent",
	opening: casefile.Opening{Origin: casefile.Origin{Kind: "own_finding", ReceivedOn: day.New(2024, time.September, 2)},
		Case: casefile.Case{ActOn: day.New(2024, time.August, 28), KnownOn: in2024(time.September, 2), Track: "dismissal", ViolationTypes: []string{"party_membership"},
			Election: &pilkada, Accusation: "Tercatat sebagai pengurus partai politik tingkat kecamatan."}},
	registered: "2024-09-03", summoned: "2024-09-04", appears: "2024-09-17", examined: "2024-09-17", recommended: "2024-09-24", decided: "2024-10-07",
	delivered: "2024-10-09", effective: "2024-11-01", executed: "2024-11-04", recorded: "2024-11-08", closed: "2024-11-12",
	place: "Ruang Rapat BKPSDM Kabupaten Bogor, Cibinong", letter: "800.1.6.2/1630-BKPSDM",
	record:   "Terperiksa membenarkan keanggotaan dan kepengurusannya menurut surat keputusan partai.",
	opinion:  "Terbukti menjadi pengurus partai politik (Pasal 52 ayat (3) huruf j UU 20/2023).",
	sanction: "dishonourable_dismissal", decision: "800.1.6.4/Kep.247-BKPSDM/2024", basis: "UU 20/2023 Pasal 52 ayat (3) huruf j dan ayat (4)",
	proof: "Keputusan pemberhentian tidak dengan hormat", siasn: "SIASN-2024-3201-0899", idis: "IDIS-3201-2024-027",
}

// findingNumber is Bawaslu's own.
const findingNumber = "001/TM/PB/Kab/13.13/IX/2024"
