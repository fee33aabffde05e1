package demo

import (
	"context"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/platform/day"
)

// ticket is a pair of invented candidates.
type ticket struct {
	number                int32
	name, deputy, parties string
}

// tickets are those of each government's own contest.
var tickets = map[string]struct {
	contest, body string
	pairs         []ticket
}{
	"36.03": {"regent", "KPU Kabupaten Tangerang Nomor 1102 Tahun 2024", []ticket{
		{1, "Surya Atmadinata", "Nuraini Safitri", "Partai Contoh A, Partai Contoh C"}, {2, "Hasan Wirasaputra", "Dewi Larasmaya", "Partai Contoh B"}}},
	"36.71": {"mayor", "KPU Kota Tangerang Nomor 405 Tahun 2024", []ticket{
		{1, "Bambang Wiryawan", "Laksmi Hapsari", "Partai Contoh A, Partai Contoh B"}, {2, "Faisal Rahmanudin", "Yuliana Kartasari", "Partai Contoh C"}}},
	"32.01": {"regent", "KPU Kabupaten Bogor Nomor 1817 Tahun 2024", []ticket{
		{1, "Jaka Wirapraja", "Ratih Purnamasari", "Partai Contoh B, Partai Contoh D"}, {2, "Maulana Suryanegara", "Indah Wulansari", "Partai Contoh A"}}},
}

// candidates enters the would-be candidates, from the day their parties sent
// them out.
func (l *loader) candidates(ctx context.Context) error {
	return l.each(func(p *place) error {
		t := tickets[p.Code]
		for _, c := range t.pairs {
			_, _, err := l.app.Elections.AddCandidate(p.system(ctx, p.name("candidate", strconv.Itoa(int(c.number)))),
				election.Candidate{Election: pilkada, Contest: t.contest, RegionCode: p.Code, Name: c.name, DeputyName: c.deputy, Parties: c.parties},
				election.StatusEntry{StatusChange: election.StatusChange{Status: election.Prospective, From: day.New(2024, time.July, 15)}, Source: "Surat tugas partai tanggal 15 Juli 2024, dimuat pers"})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// determined records the determination, the frontier between ethics and
// discipline, and the numbers drawn on the day after.
func (l *loader) determined(ctx context.Context) error {
	return l.each(func(p *place) error {
		t := tickets[p.Code]
		for _, c := range t.pairs {
			name := p.name("candidate", strconv.Itoa(int(c.number)))
			if _, _, err := l.app.Elections.AddStatus(p.system(ctx, name+"/determined"), p.ref("candidate", strconv.Itoa(int(c.number))),
				election.StatusEntry{StatusChange: election.StatusChange{Status: election.Determined, From: day.New(2024, time.September, 22)}, Source: "Keputusan " + t.body}); err != nil {
				return err
			}
			if _, _, err := l.app.Elections.UpdateCandidate(p.system(ctx, name+"/number"), p.ref("candidate", strconv.Itoa(int(c.number))), election.Change{Number: &c.number}); err != nil {
				return err
			}
		}
		return nil
	})
}

// regionalHoliday is a row of Kab. Tangerang's own reference data.
func (l *loader) regionalHoliday(ctx context.Context) error {
	p := l.kabTangerang()
	_, err := l.app.Catalog.Add(p.system(ctx, p.name("reference", "hut-2024")), catalog.Row{Kind: catalog.HolidayKind, Code: "hut_kabupaten_tangerang_2024",
		NameID: "Hari Jadi Kabupaten Tangerang", NameEN: "Anniversary of Kabupaten Tangerang", ValidFrom: day.New(2024, time.September, 2),
		LegalBasis: "Keputusan Bupati Tangerang Nomor 903 Tahun 2024", SourceID: "salinan keputusan", SourceEN: "copy of the decision", Confidence: catalog.High,
		Data: map[string]any{"date": "2024-10-14", "holiday_kind": "regional"}})
	return err
}

// unpaidLeave is that of a driver whose wife is a candidate.
func (l *loader) unpaidLeave(ctx context.Context) error {
	p := l.kabTangerang()
	_, err := l.app.ASN.Excuse(p.system(ctx, p.name("absence", "officer-dinkes")), asn.Absence{Person: p.ref("asn", "officer-dinkes"), Kind: "unpaid_state_leave",
		From: day.New(2024, time.September, 1), Until: in2024(time.December, 31), Reason: "Mendampingi istri yang menjadi calon"})
	return err
}
