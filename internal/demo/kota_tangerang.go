package demo

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// kotaTangerangSteps are the accounts K2 and K4: the pact of August 2024, the
// coaching of May, the task force and what it had to deal with.
func (l *loader) kotaTangerangSteps() []step {
	return slices.Concat([]step{
		{on: day.New(2024, time.May, 6), hour: 10, what: "Kota Tangerang: task force by decree", do: l.taskForce},
		{on: day.New(2024, time.May, 13), hour: 10, what: "Kota Tangerang: coaching announced", do: l.coaching, filled: []string{"event_invitee"}, quiet: true},
		{on: day.New(2024, time.May, 20), hour: 12, what: "Kota Tangerang: coaching in Ruang Akhlakul Karimah and online", do: l.coachingHeld},
		{on: day.New(2024, time.June, 7), hour: 10, what: "Kota Tangerang: roll-call announced", do: l.rollCall, quiet: true},
		{on: day.New(2024, time.June, 10), hour: 8, what: "Kota Tangerang: roll-call", do: l.rollCallHeld},
		{on: day.New(2024, time.July, 22), hour: 11, what: "Kota Tangerang: a reprimand, recorded as coaching", do: l.reprimanded},
		{on: day.New(2024, time.August, 1), hour: 9, what: "Kota Tangerang: pact approved and published", do: l.pactText},
		{on: day.New(2024, time.August, 5), hour: 8, what: "Kota Tangerang: 4,460 are obliged to sign", do: l.pactCampaign, filled: []string{"pact_obligation"}},
		{on: day.New(2024, time.August, 6), hour: 9, what: "Kota Tangerang: heads of units and others sign", do: l.sign(0), filled: []string{"pact_signature"}},
		{on: day.New(2024, time.August, 8), hour: 9, what: "Kota Tangerang: signatures", do: l.sign(1)},
		{on: day.New(2024, time.August, 12), hour: 8, what: "Kota Tangerang: refusals", do: l.refusals},
		{on: day.New(2024, time.August, 13), hour: 9, what: "Kota Tangerang: signatures", do: l.sign(2)},
		{on: day.New(2024, time.August, 20), hour: 9, what: "Kota Tangerang: signatures", do: l.sign(3)},
		{on: day.New(2024, time.August, 20), hour: 14, what: "Kota Tangerang: signatures on paper in the kecamatan", do: l.ceremony},
		{on: day.New(2024, time.August, 19), hour: 20, what: "Kota Tangerang: anonymous report of a like", do: l.likeReported},
		{on: day.New(2024, time.August, 21), hour: 10, what: "Kota Tangerang: the report is verified", do: l.likeVerified},
		{on: day.New(2024, time.August, 23), hour: 9, what: "Kota Tangerang: a second report of the like", do: l.likeAgain},
		{on: day.New(2024, time.August, 26), hour: 10, what: "Kota Tangerang: the accused is known, the report leaves the superior's hands", do: l.likeMatched},
		{on: day.New(2024, time.November, 28), hour: 15, what: "Kota Tangerang: the lower rank stands in the register", do: l.demoted, quiet: true},
	}, likeCase.steps(l, l.kotaTangerang), attributesCase.steps(l, l.kotaTangerang))
}

// demoted enters what the demotion did to rank and standing.
func (l *loader) demoted(ctx context.Context) error {
	p := l.kotaTangerang()
	q := p.cast["attributes"]
	from := day.New(2024, time.November, 26)
	for _, f := range []asn.Fact{{Aspect: asn.Rank, Value: q.LowerRank(), From: from}, {Aspect: asn.LegalStatus, Value: "serving_discipline", From: from}} {
		if _, err := l.app.ASN.AddFact(p.system(ctx, p.name("asn", "attributes/"+string(f.Aspect))), p.person(q), f); err != nil {
			return err
		}
	}
	return nil
}

// likeCase ends with a moral statement: the like came before the candidates
// were determined, so it is a matter of ethics.
var likeCase = proceedings{
	name: "like", subject: "like", involved: []string{"satgas"}, mandate: "mayor", council: true,
	opening: casefile.Opening{Origin: fromReport(id.ForName("report/36.71/like"), "2024-08-19"), Acts: []string{"like"},
		Case: casefile.Case{ActOn: day.New(2024, time.August, 17), KnownOn: in2024(time.August, 19), Track: "ethics", ViolationTypes: []string{"prospective_social_media_engagement"},
			Election: &pilkada, CandidateStatus: "prospective", Accusation: "Menyukai unggahan deklarasi bakal calon wali kota dengan akun pribadi."}},
	registered: "2024-08-28", summoned: "2024-08-29", appears: "2024-09-10", examined: "2024-09-10", recommended: "2024-09-13", decided: "2024-09-19",
	delivered: "2024-09-20", effective: "2024-09-20", executed: "2024-09-23", recorded: "2024-09-27", closed: "2024-09-30",
	place: "Ruang Rapat BKPSDM Kota Tangerang", letter: "800.1.6.2/2217-BKPSDM",
	record:   "Terperiksa membenarkan bahwa akun tersebut miliknya dan bahwa ia menyukai unggahan itu pada 17 Agustus 2024.",
	answer:   "Saya menyukai unggahan itu tanpa maksud mendukung dan menyesalinya.",
	opinion:  "Terbukti melanggar kode etik; dilakukan sebelum penetapan pasangan calon.",
	sanction: "moral_statement_closed", decision: "800.1.6.4/Kep.118-BKPSDM/2024", basis: "PP 42/2004 Pasal 11 huruf c dan Pasal 15; SKB netralitas 22 September 2022",
	proof: "Berita acara penyampaian pernyataan secara tertutup, 23 September 2024", siasn: "SIASN-2024-3671-0918", idis: "IDIS-3671-2024-044",
}

// attributesCase ends with a demotion, one of the kinds that stand in for the
// suspended cuts of allowance.
var attributesCase = proceedings{
	name: "attributes", subject: "attributes", official: "attributes-official",
	opening: casefile.Opening{Origin: casefile.Origin{Kind: "own_finding", ReceivedOn: day.New(2024, time.October, 7)},
		Case: casefile.Case{ActOn: day.New(2024, time.October, 5), KnownOn: in2024(time.October, 7), Track: "discipline", ViolationTypes: []string{"campaign_with_attributes"},
			Election: &pilkada, CandidateStatus: "determined", Accusation: "Menghadiri kampanye pasangan calon wali kota dengan mengenakan atribut pegawai."}},
	registered: "2024-10-08", summoned: "2024-10-09", appears: "2024-10-21", examined: "2024-10-21", recommended: "2024-10-25", decided: "2024-10-31",
	delivered: "2024-11-04", effective: "2024-11-26", executed: "2024-11-28",
	place: "Ruang Rapat BKPSDM Kota Tangerang", letter: "800.1.6.2/2690-BKPSDM",
	record:   "Terperiksa hadir pada kampanye di luar jam kerja dengan mengenakan rompi dinas, sebagaimana tampak pada foto hasil pemantauan.",
	answer:   "Saya hadir di luar jam kerja dan tidak mengetahui bahwa rompi dinas tidak boleh dikenakan.",
	opinion:  "Terbukti melanggar Pasal 5 huruf n angka 2 PP 94/2021.",
	sanction: "rank_demotion", decision: "800.1.6.4/Kep.141-BKPSDM/2024", basis: "PP 94/2021 Pasal 5 huruf n angka 2, Pasal 13 huruf g dan Pasal 42",
	proof: "Keputusan penurunan pangkat setingkat lebih rendah selama 12 bulan, berlaku 26 November 2024",
}
