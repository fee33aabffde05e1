package identity

import (
	"fmt"
	"strings"
	"time"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/border"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontfamily"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/linestyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/pagesize"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"

	"github.com/netral-asn/netral/internal/platform/day"
)

// slip is what one person gets: cut out along the dashed line.
type slip struct {
	Name  string
	NIP   string // empty for staff who are not ASN
	Unit  string
	Code  string
	Joins bool // signs in already, for another government
}

// sheet is the slips of one unit.
type sheet struct {
	Government string
	Unit       string
	Printed    day.Day
	Until      day.Day
	Slips      []slip
	Left       int // people who did not fit
}

// Measures in millimetres: ten slips on an A4 page.
const (
	margin     = 12
	slipHeight = 46
)

var (
	ink   = &props.Color{Red: 25, Green: 25, Blue: 25}
	faint = &props.Color{Red: 110, Green: 110, Blue: 110}
	cut   = &props.Cell{BorderType: border.Full, BorderColor: &props.Color{Red: 140, Green: 140, Blue: 140}, BorderThickness: 0.2, LineStyle: linestyle.Dashed}
)

// pdf prints the sheet.
func (s sheet) pdf(now time.Time) ([]byte, error) {
	m := maroto.New(config.NewBuilder().WithPageSize(pagesize.A4).WithLeftMargin(margin).WithRightMargin(margin).WithTopMargin(margin).WithBottomMargin(8).
		WithTitle("Kode aktivasi akun Netral", true).WithAuthor(s.Government, true).WithCreator("Netral", true).WithCreationDate(now).
		WithPageNumber(props.PageNumber{Pattern: "Halaman {current} dari {total}", Place: props.RightBottom, Size: 8, Color: faint}).
		WithDefaultFont(&props.Font{Family: fontfamily.Helvetica, Size: 9, Color: ink}).Build())
	if err := m.RegisterHeader(s.head()...); err != nil {
		return nil, err
	}
	for i := 0; i < len(s.Slips); i += 2 {
		r := row.New(slipHeight).Add(s.cell(s.Slips[i]))
		if i+1 < len(s.Slips) {
			r.Add(s.cell(s.Slips[i+1]))
		} else {
			r.Add(col.New(6))
		}
		m.AddRows(r)
	}
	doc, err := m.Generate()
	if err != nil {
		return nil, fmt.Errorf("print the sheet: %w", err)
	}
	return doc.GetBytes(), nil
}

// head tells the officer what this is and how to treat it.
func (s sheet) head() []core.Row {
	note := fmt.Sprintf("%d orang. Gunting sepanjang garis putus-putus dan serahkan setiap lembar langsung kepada orangnya. "+
		"Jangan difoto, jangan dikirim lewat WhatsApp, musnahkan lembar yang tidak diserahkan.", len(s.Slips))
	if s.Left > 0 {
		note += fmt.Sprintf(" Masih ada %d orang lagi: cetak lembar berikutnya.", s.Left)
	}
	return []core.Row{
		row.New(5).Add(text.NewCol(12, strings.ToUpper(s.Government), props.Text{Size: 8, Color: faint})),
		row.New(7).Add(text.NewCol(8, "Kode Aktivasi Akun Netral", props.Text{Size: 15, Style: fontstyle.Bold}),
			text.NewCol(4, "Dicetak "+date(s.Printed), props.Text{Size: 8, Align: align.Right, Top: 2, Color: faint})),
		row.New(6).Add(text.NewCol(12, s.Unit, props.Text{Size: 10, Top: 1})),
		row.New(8).Add(text.NewCol(12, note, props.Text{Size: 7.5, Color: faint})),
		row.New(3).Add(line.NewCol(12, props.Line{Color: faint, Thickness: 0.2, SizePercent: 100})),
	}
}

// cell draws one slip: who it is for, the code, what to do with it.
func (s sheet) cell(x slip) core.Col {
	number, enter := "NIP "+spaced(x.NIP), "Masuk dengan NIP dan kata sandi itu."
	if x.NIP == "" {
		number, enter = "Pegawai non-ASN", "Isi juga alamat surel; itulah nama masuk Anda."
	}
	steps := []string{"1. Buka Netral, pilih Aktivasi akun, ketik kode ini.", "2. Buat kata sandi sendiri, paling sedikit 10 karakter.", "3. " + enter}
	if x.Joins {
		steps = []string{"1. Buka Netral, pilih Aktivasi akun, ketik kode ini.", "2. Ketik kata sandi Netral yang sudah Anda pakai.", "3. Pemerintah ini ditambahkan pada akun Anda."}
	}
	at := func(top, size float64, style fontstyle.Type, c *props.Color) props.Text {
		return props.Text{Top: top, Left: 4, Right: 3, Size: size, Style: style, Color: c}
	}
	return col.New(6).Add(
		text.New(short(x.Name, 44), at(3, 10, fontstyle.Bold, ink)),
		text.New(number, at(8, 8.5, fontstyle.Normal, ink)),
		text.New(short(x.Unit, 62), at(12, 7.5, fontstyle.Normal, faint)),
		text.New(x.Code, props.Text{Top: 17.5, Left: 4, Size: 11.5, Family: fontfamily.Courier, Style: fontstyle.Bold, Color: ink}),
		text.New(steps[0], at(24.5, 7.5, fontstyle.Normal, ink)),
		text.New(steps[1], at(28, 7.5, fontstyle.Normal, ink)),
		text.New(steps[2], at(31.5, 7.5, fontstyle.Normal, ink)),
		text.New("Berlaku sampai "+date(s.Until)+", sekali pakai. Rahasia: jangan berikan kepada siapa pun, juga bukan kepada admin.",
			at(36.5, 6.5, fontstyle.Normal, faint)),
	).WithStyle(cut)
}

var months = [...]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"}

// date writes a day as letters do.
func date(d day.Day) string {
	t := d.Time()
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// spaced writes a NIP in its four parts.
func spaced(nip string) string {
	if len(nip) != 18 {
		return nip
	}
	return nip[:8] + " " + nip[8:14] + " " + nip[14:15] + " " + nip[15:]
}

// short keeps a line on one line.
func short(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimRight(string(r[:most-3]), " ") + "..."
}
