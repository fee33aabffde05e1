package importer

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/sheet"
)

// Record is a row as the registry understands it. Empty means that the sheet
// says nothing, not that there is nothing.
type Record struct {
	Row            int
	NIP            string
	SiasnID        string
	EmploymentType string
	Name           string // as given, titles taken off
	TitleFront     string
	TitleBack      string
	BirthPlace     string
	BirthDate      day.Day
	Sex            string
	// BirthDerived and SexDerived tell that no column says it: it is from the
	// NIP.
	BirthDerived, SexDerived bool
	AppointedSince           day.Day
	RankCode                 string
	RankSince                day.Day
	PositionTitle            string
	PositionType             string
	PositionSince            day.Day
	OPDName                  string
	OPDCode                  string
	OPDSiasnID               string
	UnitName                 string
	UnitSiasnID              string
	HomeAgency               string
	WorkingAgency            string
	LegalStatus              string
	SuperiorNIP              string
	SuperiorName             string
	Email                    string
	Phone                    string // +62...

	// Skipped is set for a row that holds no person: column numbers, headings
	// repeated on a page, signatures below the table.
	Skipped bool
}

// Lookups are what a row is judged against.
type Lookups struct {
	// Today is the day in the government's zone.
	Today day.Day
	// EmploymentTypes are the kinds of employment the file declares; none lets
	// each row say its own. A single one holds for rows that say nothing. A file
	// of "pns" may hold CPNS.
	EmploymentTypes []string
	// OPDDeclared says that the file declares one OPD for all its rows.
	OPDDeclared bool
}

// declared is the kind of employment of rows that say nothing.
func (l Lookups) declared() string {
	if len(l.EmploymentTypes) == 1 {
		return l.EmploymentTypes[0]
	}
	return ""
}

// holds reports whether a kind of employment lies in the scope of the file.
func (l Lookups) holds(kind string) bool {
	return len(l.EmploymentTypes) == 0 || slices.Contains(l.EmploymentTypes, kind) || kind == CPNS && slices.Contains(l.EmploymentTypes, PNS)
}

// ParseRow reads one row below the headings. With an error among the findings
// the record must not be used.
func ParseRow(m Mapping, row sheet.Row, l Lookups) (Record, []Finding) {
	p := &rowParser{m: m, row: row, look: l, rec: Record{Row: row.Number}}
	if p.noPerson() {
		p.rec.Skipped = true
		return p.rec, p.findings
	}
	p.person()
	p.employment()
	p.birthAndSex()
	p.rank()
	p.position()
	p.place()
	p.contact()
	return p.rec, p.findings
}

type rowParser struct {
	m        Mapping
	row      sheet.Row
	look     Lookups
	rec      Record
	findings []Finding
	parts    nipParts
	hasParts bool
}

// cell gives the first cell of a field that holds something, and its column.
func (p *rowParser) cell(f Field) (sheet.Cell, int) {
	first := -1
	for _, column := range p.m.columns[f] {
		c := p.row.Cell(column)
		if !isBlank(c.Text) {
			return c, column
		}
		if first < 0 {
			first = column
		}
	}
	return sheet.Cell{}, first
}

// text gives a field as one line of clean text.
func (p *rowParser) text(f Field) (string, int) {
	c, column := p.cell(f)
	return p.limited(f, column, tidy(c.Text), c.Type), column
}

// maxTextRunes is the longest text the registry takes.
const maxTextRunes = 300

func (p *rowParser) limited(f Field, column int, s string, t sheet.CellType) string {
	if t == sheet.Invalid {
		p.find(f, column, s, CodeCellError, Error)
		return ""
	}
	if len(s) > maxTextRunes && len([]rune(s)) > maxTextRunes {
		p.find(f, column, s, CodeTextTooLong, Error)
		return ""
	}
	return s
}

func (p *rowParser) find(f Field, column int, value, code string, s Severity) *Finding {
	out := Finding{Row: p.row.Number, Field: f, Value: shorten(value), Code: code, Severity: s}
	if column >= 0 {
		out.Column = column + 1
		if column < len(p.m.Headings) {
			out.Heading = shorten(p.m.Headings[column])
		}
	}
	p.findings = append(p.findings, out)
	return &p.findings[len(p.findings)-1]
}

// tidy makes one line of a cell: spaces single, the apostrophe that keeps
// numbers text and invisible characters gone.
func tidy(s string) string {
	if isTidy(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	s = strings.TrimSpace(sheet.Unquote(strings.TrimSpace(s)))
	if isBlank(s) {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// isTidy spares nearly all cells the work.
func isTidy(s string) bool {
	if s == "" {
		return true
	}
	if s[0] == ' ' || s[0] == '\'' || s[len(s)-1] == ' ' || len(s) < 10 && isBlank(s) {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F || s[i] == ' ' && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// exampleMark stands before the NIP of the template's example, so that it is
// never taken for a person.
const exampleMark = "contoh"

// noPerson tells rows that belong to the page and not to the table. A row that
// says something without being a person's leaves a warning: nothing is dropped
// without a word.
func (p *rowParser) noPerson() bool {
	if IsNumbering(p.row) {
		return true
	}
	if c, _ := p.cell(FieldNIP); strings.HasPrefix(strings.ToLower(tidy(c.Text)), exampleMark) {
		return true // the example of our own template
	}
	if p.repeatsHeadings() {
		return true
	}
	for _, f := range []Field{FieldNIP, FieldNameAndNIP, FieldSiasnID} {
		if c, _ := p.cell(f); !isBlank(c.Text) {
			return false
		}
	}
	filled := 0
	for _, c := range p.row.Cells {
		if !isBlank(c.Text) {
			filled++
		}
	}
	if name, _ := p.cell(FieldName); !isBlank(name.Text) && filled > 2 {
		return false
	}
	if filled > 3 {
		return false
	}
	p.find("", -1, firstText(p.row), CodeRowWithoutPerson, Warning)
	return true
}

// repeatsHeadings knows the headings that are printed again on each page. Only
// rows without a number in the NIP column are looked at closely.
func (p *rowParser) repeatsHeadings() bool {
	if c, _ := p.cell(FieldNIP); c.Text != "" && (isDigit(c.Text[0]) || c.Text[0] == '\'') {
		return false
	}
	same := 0
	for i, h := range p.m.Headings {
		if h != "" && fold(p.row.Cell(i).Text) == fold(h) {
			same++
		}
	}
	return same >= 2
}

func firstText(row sheet.Row) string {
	for _, c := range row.Cells {
		if !isBlank(c.Text) {
			return c.Text
		}
	}
	return ""
}
