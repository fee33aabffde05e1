package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// file is one list of staff as an office would send it.
type file struct {
	name   string
	layout sheet.Layout
	scope  []string // kinds of employment the file declares
	who    func(*population.Person) bool
	row    func(n int, p *population.Person) []any
}

var asnOnly = []string{"pns", "cpns", "pppk"}

func civil(p *population.Person) bool    { return p.Employment != "non_asn" }
func notCivil(p *population.Person) bool { return !civil(p) }

// lists are the files of each government, in the three forms that arrive in
// real life: the export of SIASN, a local list as CSV from an Indonesian Excel,
// and a local workbook.
var lists = map[string][]file{
	"36.03": {{"siasn-kab-tangerang.xlsx", sheet.Layout{Kind: sheet.XLSX, Columns: columns(siasnHeadings), Worksheet: "PNS dan PPPK"}, asnOnly, civil, siasnRow}},
	"36.71": {
		{"pegawai-kota-tangerang.csv", sheet.Layout{Kind: sheet.CSV, Columns: columns(localHeadings), Delimiter: ';', BOM: true}, asnOnly, civil, localRow},
		{"perumda-tirta-benteng.csv", sheet.Layout{Kind: sheet.CSV, Columns: columns(companyHeadings), Delimiter: ';', BOM: true}, []string{"non_asn"}, notCivil, companyRow},
	},
	"32.01": {{"pegawai-kab-bogor.xlsx", sheet.Layout{Kind: sheet.XLSX, Columns: columns(localHeadings), Worksheet: "Pegawai"}, asnOnly, civil, localRow}},
}

func columns(headings []string) []sheet.Column {
	out := make([]sheet.Column, 0, len(headings))
	for _, h := range headings {
		out = append(out, sheet.Column{Heading: h})
	}
	return out
}

// files writes the lists into the demo's folder.
func (l *loader) files(context.Context) error {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	return l.each(func(p *place) error {
		for _, f := range lists[p.Code] {
			if err := f.write(l.dir, p.staff); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		return nil
	})
}

func (f file) write(dir string, g *population.Government) (err error) {
	out, err := os.OpenFile(filepath.Join(dir, f.name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	f.layout.TempDir = dir
	w, err := sheet.NewWriter(out, f.layout)
	if err != nil {
		return err
	}
	for i, p := range g.With(f.who) {
		if err := w.WriteRow(f.row(i+1, p)...); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return w.Close()
}

// siasnHeadings are those of SIASN's export that say something here, in its
// order; the superior's NIP is a column that agencies add.
var siasnHeadings = []string{"NIP BARU", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "TEMPAT LAHIR NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "AGAMA NAMA",
	"KEDUDUKAN HUKUM ID", "KEDUDUKAN HUKUM NAMA", "STATUS CPNS PNS", "TMT CPNS", "GOL AKHIR ID", "GOL AKHIR NAMA", "TMT GOLONGAN", "JENIS JABATAN ID", "JENIS JABATAN NAMA",
	"JABATAN NAMA", "TMT JABATAN", "TINGKAT PENDIDIKAN NAMA", "LOKASI KERJA NAMA", "UNOR NAMA", "INSTANSI INDUK NAMA", "INSTANSI KERJA NAMA", "SATUAN KERJA KERJA NAMA", "ESELON NAMA", "NIP ATASAN"}

func siasnRow(_ int, p *population.Person) []any {
	status, kind, kindID := "P", "Jabatan Fungsional", "2"
	if p.Employment == "pppk" {
		status = "PPPK"
	}
	switch {
	case p.Echelon != "":
		kind, kindID = "Jabatan Struktural", "1"
	case p.PositionType == "pelaksana":
		kind, kindID = "Jabatan Pelaksana", "4"
	}
	government := "Pemerintah Kab. Tangerang"
	return []any{p.NIP, strings.ToUpper(p.Name), p.TitleFront, p.TitleBack, p.BirthPlace, dashed(p.Birth), map[string]string{"male": "M", "female": "F"}[p.Sex], "",
		"01", "Aktif", status, dashed(p.Appointed), "", grade(p.Rank), dashed(p.RankSince), kindID, kind,
		strings.ToUpper(p.Position), dashed(p.PositionSince), p.Education, "Kab. Tangerang", p.Unit.Name, government, government, p.Unit.OPD().Name, p.Echelon, superiorNIP(p)}
}

// localHeadings are as personnel officers word them.
var localHeadings = []string{"No", "Nama Lengkap", "NIP/NI PPPK", "L/P", "Tempat, Tanggal Lahir", "Status Kepegawaian", "Pangkat/Gol. Ruang", "TMT Golongan", "Eselon", "Jenis Jabatan", "Jabatan",
	"TMT Jabatan", "OPD", "Unit Kerja", "NIP Atasan", "Keterangan"}

func localRow(n int, p *population.Person) []any {
	kind := "Jabatan Fungsional"
	switch {
	case p.Echelon != "":
		kind = "Jabatan Struktural"
	case p.PositionType == "pelaksana":
		kind = "Pelaksana"
	}
	return []any{n, p.FullName(), spaced(p.NIP), map[string]string{"male": "L", "female": "P"}[p.Sex], p.BirthPlace + ", " + inWords(p.Birth), strings.ToUpper(p.Employment), grade(p.Rank), slashed(p.RankSince),
		p.Echelon, kind, p.Position, slashed(p.PositionSince), p.Unit.OPD().Name, p.Unit.Name, spaced(superiorNIP(p)), "-"}
}

// companyHeadings have no NIP: staff of a municipal company are no civil
// servants.
var companyHeadings = []string{"No", "Nama Pegawai", "JK", "Tempat Lahir", "Tgl Lahir", "Status Pegawai", "Jabatan", "OPD"}

func companyRow(n int, p *population.Person) []any {
	return []any{n, p.FullName(), map[string]string{"male": "Laki-laki", "female": "Perempuan"}[p.Sex], p.BirthPlace, slashed(p.Birth), "BUMD", p.Position, p.Unit.Name}
}

func superiorNIP(p *population.Person) string {
	if p.Superior == nil {
		return ""
	}
	return p.Superior.NIP
}

// grade writes a rank as SIASN does: III/c, and IX for a PPPK.
func grade(rank string) string {
	scheme, rest, _ := strings.Cut(rank, "_")
	roman, room, _ := strings.Cut(rest, "_")
	if scheme == "pppk" {
		return strings.ToUpper(roman)
	}
	return strings.ToUpper(roman) + "/" + room
}

// spaced writes a NIP in its four parts, as on letters.
func spaced(nip string) string {
	if len(nip) != 18 {
		return nip
	}
	return nip[:8] + " " + nip[8:14] + " " + nip[14:15] + " " + nip[15:]
}

func dashed(d day.Day) string  { return d.Time().Format("02-01-2006") }
func slashed(d day.Day) string { return d.Time().Format("02/01/2006") }

var months = []string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"}

func inWords(d day.Day) string {
	return fmt.Sprintf("%d %s %d", d.DayOfMonth(), months[d.Month()-1], d.Year())
}
