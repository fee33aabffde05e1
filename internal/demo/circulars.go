package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/circular"
	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// circular2023 issues the circular of Kab. Tangerang to all 14,000.
func (l *loader) circular2023(ctx context.Context) error {
	p := l.kabTangerang()
	name := p.name("circular", "se-2023")
	mandate := p.ref("mandate", "regent")
	c, err := l.app.Circulars.Create(p.as(ctx, authz.AgencyOfficer, "circular.write", name), circular.Circular{
		Number: circular.ParseNumber("100.3.4.2/4283/XI/BKPSDM Tahun 2023"), Signed: day.New(2023, time.November, 13),
		Subject: "Netralitas Pegawai Aparatur Sipil Negara dalam Penyelenggaraan Pemilihan Umum dan Pemilihan Tahun 2024",
		Opening: "Dalam rangka menjaga netralitas pegawai ASN di lingkungan Pemerintah Kabupaten Tangerang, dengan ini disampaikan hal-hal sebagai berikut:",
		Points: []string{
			"Setiap pegawai ASN, baik PNS maupun PPPK, wajib bersikap netral dan tidak berpihak kepada bakal calon, calon, pasangan calon atau partai politik mana pun.",
			"Pegawai ASN menjaga ucapan, perilaku dan penggunaan media sosial, sehingga tidak menguntungkan ataupun merugikan bakal calon maupun pasangan calon.",
			"Pegawai ASN dilarang memberikan dukungan di media sosial, termasuk mengunggah, menyukai, mengomentari dan membagikan konten peserta pemilihan.",
			"Kepala perangkat daerah mengawasi netralitas pegawai di lingkungannya; Kepala Subbagian Umum dan Kepegawaian melakukan pencegahan, pembinaan dan peringatan dini.",
			"Pelanggaran ditindaklanjuti sesuai ketentuan kode etik dan disiplin pegawai.",
		},
		Closing:      "Demikian untuk dilaksanakan dengan penuh tanggung jawab.",
		Signatory:    circular.Signatory{Office: government.AppointingAuthority, Mandate: &mandate},
		LegalSources: []string{"uu_20_2023", "uu_7_2017", "pp_94_2021", "pp_42_2004", "skb_netralitas_2022"},
	})
	if err != nil {
		return err
	}
	_, err = l.app.Circulars.Issue(p.as(ctx, authz.AppointingAuth, "circular.issue", name+"/issuance"), c.ID)
	return err
}

// receipts2023 collects the receipts in January: on paper, list by list from
// each OPD, and from some under their own accounts. Some people are still to be
// asked.
func (l *loader) receipts2023(ctx context.Context) error {
	p := l.kabTangerang()
	c, err := l.app.Circulars.Get(p.system(ctx, "read"), p.ref("circular", "se-2023"))
	if err != nil {
		return err
	}
	lists, own := map[*population.Unit][]circular.Entry{}, 0
	for i, q := range p.staff.People {
		switch {
		case i%61 == 7: // on leave or forgotten
		case i%350 == 11:
			own++
			if _, _, err := l.app.Circulars.Acknowledge(p.self(ctx, q, "circular.acknowledge", p.name("receipt", strconv.Itoa(own))), c.ID, c.TextSHA256); err != nil {
				return err
			}
		default:
			opd := q.Unit.OPD()
			lists[opd] = append(lists[opd], circular.Entry{Person: p.person(q), On: day.New(2024, time.January, 2+i%7)})
		}
	}
	for _, u := range p.staff.Units { // never a map's order
		for from := 0; from < len(lists[u]); from += 500 {
			proof := "Tanda terima Surat Edaran, " + u.Name
			part := lists[u][from:min(from+500, len(lists[u]))]
			if _, err := l.app.Circulars.Record(p.as(ctx, authz.AgencyOfficer, "circular.record", p.name("receipts", fmt.Sprintf("%s/%d", u.Code, from))), c.ID, proof, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// in2024 is a day of the season, where a record may leave one out.
func in2024(month time.Month, d int) *day.Day {
	v := day.New(2024, month, d)
	return &v
}

// ref is a pointer to an identifier that follows from a name.
func ref(v id.ID) *id.ID { return &v }
