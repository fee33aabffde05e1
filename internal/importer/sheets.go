package importer

import (
	"context"
	"io"
	"strings"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// reasonHeading is known to headings.csv, so that a corrected file is read
// without a word about this column.
const reasonHeading = "Alasan Penolakan"

// refusedPage is how many refused rows are in memory at a time.
const refusedPage = 1000

// WriteRefused writes the refused rows as a workbook to correct and send again.
func (s *Service) WriteRefused(ctx context.Context, out io.Writer, iid id.ID, l lang.Lang) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		i, err := find(tx, iid, false)
		if err != nil {
			return err
		}
		columns := make([]sheet.Column, 0, len(i.Columns.Headings)+1)
		for _, h := range i.Columns.Headings {
			columns = append(columns, sheet.Column{Heading: h})
		}
		w, err := sheet.NewWriter(out, sheet.Layout{Kind: sheet.XLSX, Columns: append(columns, sheet.Column{Heading: reasonHeading, Width: 80})})
		if err != nil {
			return err
		}
		for after := 0; ; {
			page, err := answersOf(tx, iid, AnswerFilter{Outcome: RowRefused}, after, refusedPage)
			if err != nil {
				return err
			}
			for _, a := range page {
				if err := w.WriteRow(refusedRow(a, len(i.Columns.Headings), l)...); err != nil {
					return err
				}
				after = a.Line
			}
			if len(page) < refusedPage {
				return w.Close()
			}
		}
	})
}

// refusedRow is a row as it came with the reasons behind it.
func refusedRow(a Answer, columns int, l lang.Lang) []any {
	out := make([]any, columns+1)
	for i := range columns {
		if i < len(a.cells) {
			out[i] = a.cells[i]
		}
	}
	var why []string
	for _, f := range a.Findings {
		if f.Severity != Error {
			continue
		}
		reason, what, _ := Explain(l, f.Code)
		if f.Value != "" {
			reason += " [" + f.Value + "]"
		}
		why = append(why, reason+" "+what)
	}
	out[columns] = strings.Join(why, " | ")
	return out
}

// templateColumns are the headings of the template with its example, an
// invented person. The mark before the NIP keeps the example from being read.
func templateColumns(units []string) ([]sheet.Column, []any) {
	type column struct {
		sheet.Column
		example string
	}
	list := []column{
		{sheet.Column{Heading: "NIP", Width: 24, Hint: "18 angka, format teks. Kosongkan untuk Non ASN."}, exampleMark + ": 199003152015031002"},
		{sheet.Column{Heading: "Nama", Width: 32}, "BUDI SANTOSO"},
		{sheet.Column{Heading: "Gelar Depan"}, "Drs."},
		{sheet.Column{Heading: "Gelar Belakang"}, "M.Si."},
		{sheet.Column{Heading: "Tempat Lahir", Width: 20}, "Tangerang"},
		{sheet.Column{Heading: "Tanggal Lahir", Width: 14, Hint: "Hari-bulan-tahun, misalnya 15-03-1990."}, "15-03-1990"},
		{sheet.Column{Heading: "Jenis Kelamin", Choices: []string{"L", "P"}}, "L"},
		{sheet.Column{Heading: "Jenis Pegawai", Width: 18, Choices: []string{"PNS", "CPNS", "PPPK", "PPPK Paruh Waktu", "Non ASN"}}, "PNS"},
		{sheet.Column{Heading: "Golongan", Choices: rankChoices()}, "III/c"},
		{sheet.Column{Heading: "TMT Golongan", Width: 14}, "01-04-2023"},
		{sheet.Column{Heading: "Jabatan", Width: 40}, "Analis Kepegawaian Ahli Muda"},
		{sheet.Column{Heading: "Jenis Jabatan", Width: 20, Choices: positionChoices}, "JF Ahli Muda"},
		{sheet.Column{Heading: "TMT Jabatan", Width: 14}, "02-01-2024"},
		{sheet.Column{Heading: "OPD", Width: 40, Choices: units, Hint: "Nama OPD seperti dalam daftar OPD."}, "Badan Kepegawaian"},
		{sheet.Column{Heading: "Kedudukan Hukum", Width: 20, Choices: []string{"Aktif", "CLTN", "Tugas Belajar", "Pemberhentian Sementara", "MPP"}}, "Aktif"},
		{sheet.Column{Heading: "NIP Atasan", Width: 22}, ""},
		{sheet.Column{Heading: "Email", Width: 26}, "budi@example.go.id"},
		{sheet.Column{Heading: "No HP", Width: 16}, "081200000000"},
	}
	columns, example := make([]sheet.Column, len(list)), make([]any, len(list))
	for i, c := range list {
		columns[i], example[i] = c.Column, c.example
	}
	if len(units) > 0 {
		example[13] = units[0]
	}
	return columns, example
}

// positionChoices are words that parsePositionType settles.
var positionChoices = []string{"JPT Utama", "JPT Madya", "JPT Pratama", "Administrator", "Pengawas", "JF Ahli Utama", "JF Ahli Madya", "JF Ahli Muda",
	"JF Ahli Pertama", "JF Penyelia", "JF Mahir", "JF Terampil", "JF Pemula", "Pelaksana"}

func rankChoices() []string {
	var out []string
	for _, grade := range []string{"I", "II", "III", "IV"} {
		for _, room := range "abcde" {
			if room != 'e' || grade == "IV" {
				out = append(out, grade+"/"+string(room))
			}
		}
	}
	for _, roman := range pppkRomans[1:] {
		out = append(out, strings.ToUpper(roman))
	}
	return out
}

// WriteTemplate writes an empty table with an example.
func (s *Service) WriteTemplate(ctx context.Context, out io.Writer, kind sheet.Kind) error {
	if kind != sheet.XLSX && kind != sheet.CSV {
		return fault.Missing()
	}
	var units []string
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		tree, err := opd.TreeTx(tx)
		for _, u := range tree {
			if u.Parent == nil && u.On(today) {
				units = append(units, u.Name)
			}
		}
		return err
	}); err != nil {
		return err
	}
	columns, example := templateColumns(units)
	w, err := sheet.NewWriter(out, sheet.Layout{Kind: kind, Columns: columns, Worksheet: "Pegawai", Delimiter: ';', BOM: true})
	if err != nil {
		return err
	}
	if err := w.WriteRow(example...); err != nil {
		return err
	}
	return w.Close()
}
