package importer

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/netral-asn/netral/internal/asn"
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

// person reads NIP, names and titles.
func (p *rowParser) person() {
	nip, nipColumn := p.cell(FieldNIP)
	name, nameColumn := p.text(FieldName)
	if both, column := p.cell(FieldNameAndNIP); !isBlank(both.Text) {
		splitName, splitNIP := splitNameAndNIP(both.Text)
		if name == "" {
			name, nameColumn = p.limited(FieldName, column, splitName, both.Type), column
		}
		if isBlank(nip.Text) {
			nip, nipColumn = sheet.Cell{Text: splitNIP, Type: sheet.Text}, column
		}
	}
	p.nip(nip, nipColumn)
	p.names(name, nameColumn)
	p.rec.SiasnID, _ = p.text(FieldSiasnID)
}

var nipInText = regexp.MustCompile(`\d[\d .]{16,24}\d`)

// splitNameAndNIP parts "Nama / NIP" by the digits.
func splitNameAndNIP(s string) (name, nip string) {
	at := nipInText.FindStringIndex(s)
	if at == nil {
		return tidy(s), ""
	}
	name = s[:at[0]]
	if tidy(name) == "" {
		name = s[at[1]:]
	}
	name = nipWord.ReplaceAllString(tidy(name), "")
	return strings.Trim(name, " /-,:;"), s[at[0]:at[1]]
}

var nipWord = regexp.MustCompile(`(?i)[ /,;-]*\b(?:NIP|NI ?PPPK)\b[ .:]*$`)

func (p *rowParser) nip(c sheet.Cell, column int) {
	digits, code := nipDigits(c)
	if code != "" {
		p.find(FieldNIP, column, c.Text, code, Error)
		return
	}
	if digits == "" {
		return // employment decides whether one is needed
	}
	parts, ok := splitNIP(digits, p.look.Today)
	if !ok {
		p.find(FieldNIP, column, c.Text, CodeNIPParts, Error)
		return
	}
	p.rec.NIP, p.parts, p.hasParts = digits, parts, true
	if parts.unusualNumber || parts.yearImplausible {
		p.find(FieldNIP, column, c.Text, CodeNIPUnusual, Warning)
	}
}

// academic are the titles in front that cannot be part of a name.
var academic = regexp.MustCompile(`^(?i:(?:prof|dr|drs|dra|ir|drg|drh|apt|ns)\. *)+`)

func (p *rowParser) names(name string, column int) {
	p.rec.TitleFront, _ = p.text(FieldTitleFront)
	p.rec.TitleBack, _ = p.text(FieldTitleBack)
	if name == "" {
		p.find(FieldName, column, "", CodeNameMissing, Error)
		return
	}
	if before, after, found := strings.Cut(name, ","); found && p.rec.TitleBack == "" {
		name, p.rec.TitleBack = strings.TrimSpace(before), strings.TrimSpace(after)
	}
	if title := academic.FindString(name); title != "" && len(title) < len(name) {
		if p.rec.TitleFront == "" {
			p.rec.TitleFront = strings.TrimSpace(title)
		}
		name = strings.TrimSpace(name[len(title):])
	}
	p.rec.Name = name
	switch {
	case asn.NameKey(name) == "":
		p.find(FieldName, column, name, CodeNameMissing, Error)
	case strings.ContainsFunc(name, unicode.IsDigit):
		p.find(FieldName, column, name, CodeNameUnusual, Warning)
	case strings.ContainsRune(name, '?'), strings.Contains(name, "Ã"):
		p.find(FieldName, column, name, CodeNameUnusual, Warning)
	}
}

// employment settles the kind of employment: from the row, else from the file,
// else from the NIP, which is another number for a PPPK.
func (p *rowParser) employment() {
	said, column := p.text(FieldEmploymentType)
	kind := employments[fold(said)]
	declared := p.look.declared()
	if said != "" && kind == "" {
		severity := Warning
		if declared == "" && !p.hasParts {
			severity = Error
		}
		p.find(FieldEmploymentType, column, said, CodeEmploymentUnknown, severity)
	}
	if kind == "" {
		kind = declared
	}
	if kind == "" && p.hasParts {
		kind = PNS
		if p.parts.pppk {
			kind = PPPK
		}
	}
	if kind != "" && !p.look.holds(kind) {
		p.find(FieldEmploymentType, column, said, CodeEmploymentOutsideScope, Error).Expected = strings.Join(p.look.EmploymentTypes, ", ")
	}
	p.rec.EmploymentType = kind
	p.nipAgainstEmployment(kind)
}

func (p *rowParser) nipAgainstEmployment(kind string) {
	_, column := p.cell(FieldNIP)
	if p.rec.NIP == "" {
		if kind != NonASN && !p.refused(FieldNIP) {
			p.find(FieldNIP, column, "", CodeNIPMissing, Error)
		}
		return
	}
	if isPNS(kind) && p.parts.pppk || isPPPK(kind) && !p.parts.pppk {
		p.find(FieldNIP, column, p.rec.NIP, CodeEmploymentDiffers, Warning).Expected = kind
	}
}

func (p *rowParser) refused(f Field) bool {
	for _, finding := range p.findings {
		if finding.Field == f && finding.Severity == Error {
			return true
		}
	}
	return false
}

// birthAndSex reads what the NIP says as well, and compares.
func (p *rowParser) birthAndSex() {
	p.rec.BirthPlace, _ = p.text(FieldBirthPlace)
	c, column := p.cell(FieldBirthDate)
	if both, at := p.cell(FieldBirthPlaceAndDate); !isBlank(both.Text) {
		place, date := splitPlaceAndDate(both.Text)
		if p.rec.BirthPlace == "" {
			p.rec.BirthPlace = p.limited(FieldBirthPlace, at, place, both.Type)
		}
		if isBlank(c.Text) {
			c, column = sheet.Cell{Text: date, Type: sheet.Text}, at
		}
	}
	p.rec.BirthDate = p.date(FieldBirthDate, c, column)
	p.sex()
	if p.hasParts {
		p.againstNIP(column, c)
	}
	if b := p.rec.BirthDate; !b.IsZero() && (b.AddYears(16).After(p.look.Today) || b.AddYears(80).Before(p.look.Today)) {
		p.find(FieldBirthDate, column, c.Text, CodeAgeImplausible, Warning)
	}
	p.appointed()
}

func (p *rowParser) againstNIP(column int, c sheet.Cell) {
	switch {
	case p.rec.BirthDate.IsZero():
		p.rec.BirthDate, p.rec.BirthDerived = p.parts.birth, true
	case !p.rec.BirthDate.Equal(p.parts.birth):
		p.find(FieldBirthDate, column, c.Text, CodeBirthDateDiffers, Warning).Expected = p.parts.birth.String()
	}
}

// splitPlaceAndDate parts "Bogor, 1 Januari 1990" before the first digit.
func splitPlaceAndDate(s string) (place, date string) {
	at := strings.IndexFunc(s, unicode.IsDigit)
	if at < 0 {
		return strings.Trim(tidy(s), " ,/"), ""
	}
	return strings.Trim(tidy(s[:at]), " ,/-"), s[at:]
}

func (p *rowParser) sex() {
	said, column := p.text(FieldSex)
	sex, known := sexes[fold(said)]
	if said != "" && !known {
		p.find(FieldSex, column, said, CodeSexUnknown, Warning)
	}
	p.rec.Sex = sex
	if !p.hasParts {
		return
	}
	if sex == "" {
		p.rec.Sex, p.rec.SexDerived = p.parts.sex, true
	} else if sex != p.parts.sex {
		p.find(FieldSex, column, said, CodeSexDiffers, Warning).Expected = p.parts.sex
	}
}

// appointed compares the day of the first appointment with digits 9 to 14: year
// and month of a CPNS, the year alone of a PPPK.
func (p *rowParser) appointed() {
	c, column := p.cell(FieldAppointedSince)
	since := p.date(FieldAppointedSince, c, column)
	p.rec.AppointedSince = since
	if since.IsZero() || !p.hasParts {
		return
	}
	differs := since.Year() != p.parts.year || !p.parts.pppk && !p.parts.unusualNumber && int(since.Month()) != p.parts.monthOrNumber
	if differs {
		p.find(FieldAppointedSince, column, c.Text, CodeAppointmentDiffers, Warning).Expected = p.rec.NIP[8:12] + "-" + p.rec.NIP[12:14]
	}
}

// date reads a date. An empty cell leaves the day open, because every date of
// the registry may be unknown; an unreadable one is for the sender to repair.
func (p *rowParser) date(f Field, c sheet.Cell, column int) day.Day {
	d, code := parseDate(c)
	if code != "" {
		p.find(f, column, c.Text, code, Error)
		return day.Day{}
	}
	return d
}

// since reads the first day of a rank or position and judges it.
func (p *rowParser) since(f Field) day.Day {
	c, column := p.cell(f)
	d := p.date(f, c, column)
	if d.IsZero() {
		return d
	}
	born := p.rec.BirthDate
	if d.After(p.look.Today.AddDays(92)) || !born.IsZero() && d.Before(born.AddYears(15)) {
		p.find(f, column, c.Text, CodeDateImplausible, Warning)
	}
	return d
}

func (p *rowParser) rank() {
	said, column := p.text(FieldRankCode)
	rank, code := parseRank(said, p.rec.EmploymentType)
	switch code {
	case "":
		p.rec.RankCode = rank
	case CodeRankContradicts:
		p.rec.RankCode = rank
		p.find(FieldRankCode, column, said, code, Warning)
	default:
		p.find(FieldRankCode, column, said, code, Error)
	}
	p.rec.RankSince = p.since(FieldRankSince)
}

func (p *rowParser) position() {
	p.rec.PositionTitle, _ = p.text(FieldPositionTitle)
	said, column := p.text(FieldPositionType)
	echelon, _ := p.text(FieldEchelon)
	kind, ok := parsePositionType(said, echelon, p.rec.PositionTitle)
	if !ok {
		p.find(FieldPositionType, column, said, CodePositionTypeUnclear, Warning)
	}
	p.rec.PositionType = kind
	p.rec.PositionSince = p.since(FieldPositionSince)
}

func (p *rowParser) place() {
	p.rec.OPDCode, _ = p.text(FieldOPDCode)
	p.rec.OPDSiasnID, _ = p.text(FieldOPDSiasnID)
	p.rec.UnitName, _ = p.text(FieldUnitName)
	p.rec.UnitSiasnID, _ = p.text(FieldUnitSiasnID)
	p.rec.HomeAgency, _ = p.text(FieldHomeAgency)
	p.rec.WorkingAgency, _ = p.text(FieldWorkingAgency)
	var column int
	p.rec.OPDName, column = p.text(FieldOPDName)
	if !p.look.OPDDeclared && p.rec.OPDName == "" && p.rec.OPDCode == "" && p.rec.OPDSiasnID == "" {
		p.find(FieldOPDName, column, "", CodeOPDMissing, Error)
	}
	said, column := p.text(FieldLegalStatus)
	if said != "" {
		status, known := parseLegalStatus(said)
		if !known {
			p.find(FieldLegalStatus, column, said, CodeLegalStatusUnknown, Warning)
		}
		p.rec.LegalStatus = status
	}
	p.superior()
}

// superior reads a NIP or, in many local sheets, a name.
func (p *rowParser) superior() {
	c, column := p.cell(FieldSuperiorNIP)
	if isBlank(c.Text) {
		return
	}
	if text := tidy(c.Text); strings.ContainsFunc(text, unicode.IsLetter) && c.Type == sheet.Text && !scientific.MatchString(text) {
		p.rec.SuperiorName = p.limited(FieldSuperiorNIP, column, text, c.Type)
		return
	}
	digits, code := nipDigits(c)
	switch {
	case code != "":
		p.find(FieldSuperiorNIP, column, c.Text, CodeSuperiorUnreadable, Warning)
	case digits == p.rec.NIP:
		p.find(FieldSuperiorNIP, column, c.Text, CodeSuperiorSelf, Warning)
	default:
		p.rec.SuperiorNIP = digits
	}
}

func (p *rowParser) contact() {
	if said, column := p.text(FieldEmail); said != "" {
		address, err := mail.ParseAddress(said)
		if err != nil || address.Address != said || !strings.Contains(said[strings.LastIndexByte(said, '@')+1:], ".") {
			p.find(FieldEmail, column, said, CodeEmailInvalid, Warning)
		} else {
			p.rec.Email = said
		}
	}
	c, column := p.cell(FieldPhone)
	if isBlank(c.Text) {
		return
	}
	phone, ok := parsePhone(c.Text)
	if !ok {
		p.find(FieldPhone, column, c.Text, CodePhoneInvalid, Warning)
		return
	}
	p.rec.Phone = phone
}

// parsePhone reads an Indonesian mobile or fixed number. A number cell has lost
// its leading zero, which is no loss: what follows begins with 8.
func parsePhone(s string) (string, bool) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune(" -.()+'\u00A0", r):
			return -1
		}
		return 'x'
	}, strings.TrimSpace(s))
	switch {
	case !allDigits(digits):
		return "", false
	case strings.HasPrefix(digits, "62"):
		digits = digits[2:]
	case digits[0] == '0':
		digits = digits[1:]
	case digits[0] != '8':
		return "", false
	}
	digits = strings.TrimPrefix(digits, "0") // "+62 (0)812"
	if len(digits) < 7 || len(digits) > 13 || digits[0] == '0' {
		return "", false
	}
	return "+62" + digits, true
}
