package importer

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/netral-asn/netral/internal/platform/sheet"
)

// Field is one fact about a person that a column can hold.
type Field string

// The fields.
const (
	FieldNIP            Field = "nip"
	FieldSiasnID        Field = "siasn_id"
	FieldName           Field = "name"
	FieldTitleFront     Field = "title_front"
	FieldTitleBack      Field = "title_back"
	FieldBirthPlace     Field = "birth_place"
	FieldBirthDate      Field = "birth_date"
	FieldSex            Field = "sex"
	FieldEmploymentType Field = "employment_type"
	FieldLegalStatus    Field = "legal_status"
	FieldAppointedSince Field = "appointed_since"
	FieldRankCode       Field = "rank_code"
	FieldRankSince      Field = "rank_since"
	FieldPositionTitle  Field = "position_title"
	FieldPositionType   Field = "position_type"
	FieldPositionSince  Field = "position_since"
	FieldEchelon        Field = "echelon"
	FieldOPDName        Field = "opd_name"
	FieldOPDCode        Field = "opd_code"
	FieldOPDSiasnID     Field = "opd_siasn_id"
	FieldUnitName       Field = "unit_name"
	FieldUnitSiasnID    Field = "unit_siasn_id"
	FieldHomeAgency     Field = "home_agency"
	FieldWorkingAgency  Field = "working_agency"
	FieldSuperiorNIP    Field = "superior_nip"
	FieldEmail          Field = "email"
	FieldPhone          Field = "phone"

	// Two facts in one cell.
	FieldNameAndNIP        Field = "name+nip"
	FieldBirthPlaceAndDate Field = "birth_place+birth_date"

	// FieldIgnore marks a column that is known and not wanted. Religion,
	// marital status, NIK and the like are never read, so never stored.
	FieldIgnore Field = "ignore"
)

// Fields lists every field a column may be mapped to.
func Fields() []Field {
	return []Field{
		FieldNIP, FieldSiasnID, FieldName, FieldTitleFront, FieldTitleBack, FieldBirthPlace, FieldBirthDate, FieldSex,
		FieldEmploymentType, FieldLegalStatus, FieldAppointedSince, FieldRankCode, FieldRankSince, FieldPositionTitle,
		FieldPositionType, FieldPositionSince, FieldEchelon, FieldOPDName, FieldOPDCode, FieldOPDSiasnID, FieldUnitName,
		FieldUnitSiasnID, FieldHomeAgency, FieldWorkingAgency, FieldSuperiorNIP, FieldEmail, FieldPhone,
		FieldNameAndNIP, FieldBirthPlaceAndDate, FieldIgnore,
	}
}

// HeaderRows is how many rows from the top may hold the headings: local sheets
// have up to six rows of titles above them.
const HeaderRows = 10

// leftSince is what "TMT" alone means: since when, of the column to its left.
const leftSince Field = "left_since"

//go:embed data/headings.csv
var headingsFile []byte

// heading is what a known heading stands for. More than one field means that
// the first one not taken by a clearer heading is meant.
type heading struct {
	fields []Field
	// preference: of two columns for one field, 1 is read before 2. SIASN
	// exports most facts twice, as an identifier and in words.
	preference int
	order      int
}

var headings = loadHeadings(headingsFile)

// loadHeadings panics on a broken file: it is embedded, so only a developer can
// break it.
func loadHeadings(b []byte) map[string]heading {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		panic("importer: headings.csv: " + err.Error())
	}
	out := make(map[string]heading, len(rows))
	for i, row := range rows[1:] {
		h := heading{preference: 1, order: i}
		if row[2] == "2" {
			h.preference = 2
		}
		for f := range strings.SplitSeq(row[1], "|") {
			h.fields = append(h.fields, Field(f))
		}
		key := fold(row[0])
		if _, twice := out[key]; twice {
			panic("importer: headings.csv has twice " + row[0])
		}
		out[key] = h
	}
	return out
}

// fold leaves letters and digits in lower case, so that "Gol. / Ruang" and
// "GOL_RUANG" are one heading.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Mapping says which columns hold which field.
type Mapping struct {
	// HeaderRow is the number of the row with the headings.
	HeaderRow int
	// Headings are the texts of the heading row, by column from 0.
	Headings []string
	// columns, from 0, in the order in which they are to be asked: a later one
	// counts when the earlier is empty.
	columns map[Field][]int
}

// Column gives the first column, from 0, that holds a field.
func (m Mapping) Column(f Field) (int, bool) {
	c := m.columns[f]
	if len(c) == 0 {
		return 0, false
	}
	return c[0], true
}

// Has reports whether any column holds the field, alone or with another one.
func (m Mapping) Has(f Field) bool {
	switch f {
	case FieldNIP, FieldName:
		return len(m.columns[f])+len(m.columns[FieldNameAndNIP]) > 0
	case FieldBirthPlace, FieldBirthDate:
		return len(m.columns[f])+len(m.columns[FieldBirthPlaceAndDate]) > 0
	case FieldOPDName:
		return len(m.columns[f])+len(m.columns[FieldOPDCode])+len(m.columns[FieldOPDSiasnID]) > 0
	}
	return len(m.columns[f]) > 0
}

// Fields lists the fields found with their columns, counted from 1.
func (m Mapping) Fields() map[Field][]int {
	out := make(map[Field][]int, len(m.columns))
	for f, columns := range m.columns {
		for _, c := range columns {
			out[f] = append(out[f], c+1)
		}
	}
	return out
}

// RecogniseOptions steer Recognise.
type RecogniseOptions struct {
	// Explicit maps columns by hand: a heading or a column's letters to a
	// field. It overrules recognition for these columns.
	Explicit map[string]Field
	// NeedNIP is false for staff who are not ASN.
	NeedNIP bool
	// NeedOPD is false when the file declares one OPD for all its rows.
	NeedOPD bool
}

// Recognise finds the headings within the first rows of a sheet and the field
// of each column. With an error among the findings the sheet cannot be read.
func Recognise(rows []sheet.Row, o RecogniseOptions) (Mapping, []Finding) {
	best, bestScore := -1, 0
	for i, row := range rows {
		if row.Number > HeaderRows && i > 0 || i >= HeaderRows {
			break
		}
		if score := headerScore(row, o.Explicit); score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 || bestScore < 2 {
		return Mapping{}, []Finding{{Code: CodeNoHeadings, Severity: Error}}
	}
	return mapColumns(rows[best], o)
}

// headerScore counts the headings known in a row.
func headerScore(row sheet.Row, explicit map[string]Field) int {
	named := map[string]bool{}
	for column := range explicit {
		named[fold(column)] = true
	}
	n := 0
	for _, c := range row.Cells {
		key := fold(c.Text)
		if _, known := headings[key]; known || key != "" && named[key] {
			n++
		}
	}
	return n
}

// candidate is a column whose field is being decided.
type candidate struct {
	column int
	heading
}

func mapColumns(row sheet.Row, o RecogniseOptions) (Mapping, []Finding) {
	m := &mapper{
		Mapping: Mapping{HeaderRow: row.Number, columns: map[Field][]int{}},
		prefer:  map[int]int{},
	}
	for _, c := range row.Cells {
		m.Headings = append(m.Headings, strings.Join(strings.Fields(c.Text), " "))
	}
	done := m.explicit(o.Explicit)
	var open []candidate
	for i, text := range m.Headings {
		if done[i] || fold(text) == "" {
			continue
		}
		h, known := headings[fold(text)]
		switch {
		case !known:
			m.find(i, "", CodeColumnUnknown, Warning)
		case len(h.fields) == 1 && h.fields[0] != leftSince:
			m.take(i, h.fields[0], h.preference)
		default:
			open = append(open, candidate{i, h})
		}
	}
	m.settle(open)
	m.order()
	m.needed(o)
	return m.Mapping, m.findings
}

type mapper struct {
	Mapping
	findings []Finding
	prefer   map[int]int // by column
}

func (m *mapper) find(column int, f Field, code string, s Severity) {
	finding := Finding{Row: m.HeaderRow, Field: f, Code: code, Severity: s}
	if column >= 0 {
		finding.Column, finding.Heading = column+1, shorten(m.Headings[column])
		finding.Value = finding.Heading
	}
	m.findings = append(m.findings, finding)
}

func (m *mapper) take(column int, f Field, preference int) {
	if f == FieldIgnore {
		return
	}
	m.columns[f] = append(m.columns[f], column)
	m.prefer[column] = preference
}

// explicit applies what the user said, in a fixed order, and tells which
// columns are thereby decided.
func (m *mapper) explicit(named map[string]Field) map[int]bool {
	done := map[int]bool{}
	for _, name := range sortedKeys(named) {
		f := named[name]
		if !knownField(f) {
			m.findings = append(m.findings, Finding{Row: m.HeaderRow, Field: f, Value: shorten(name), Code: CodeMappingUnknownField, Severity: Error})
			continue
		}
		columns := m.named(name)
		if len(columns) == 0 {
			m.findings = append(m.findings, Finding{Row: m.HeaderRow, Field: f, Value: shorten(name), Code: CodeMappingUnknownColumn, Severity: Error})
		}
		for _, c := range columns {
			if done[c] {
				m.find(c, f, CodeColumnTwice, Error)
				continue
			}
			done[c] = true
			m.take(c, f, 1)
		}
	}
	return done
}

// named finds the columns with a heading, or the one with these letters.
func (m *mapper) named(name string) []int {
	var out []int
	for i, h := range m.Headings {
		if key := fold(h); key != "" && key == fold(name) {
			out = append(out, i)
		}
	}
	if len(out) > 0 {
		return out
	}
	n := 0
	for _, r := range strings.ToUpper(strings.TrimSpace(name)) {
		if r < 'A' || r > 'Z' || n > len(m.Headings) {
			return nil
		}
		n = n*26 + int(r-'A') + 1
	}
	if n < 1 || n > len(m.Headings) {
		return nil
	}
	return []int{n - 1}
}

// settle decides headings with several meanings: those of the data file's
// earlier lines first, each taking the first meaning that no column has yet.
func (m *mapper) settle(open []candidate) {
	sort.SliceStable(open, func(i, j int) bool { return open[i].order < open[j].order })
	for _, c := range open {
		if c.fields[0] == leftSince {
			m.settleSince(c.column)
			continue
		}
		field := c.fields[len(c.fields)-1]
		for _, f := range c.fields {
			if len(m.columns[f]) == 0 {
				field = f
				break
			}
		}
		m.take(c.column, field, c.preference)
	}
}

// settleSince gives "TMT" the meaning of the column to its left.
func (m *mapper) settleSince(column int) {
	for f, since := range map[Field]Field{FieldRankCode: FieldRankSince, FieldPositionTitle: FieldPositionSince} {
		for _, c := range m.columns[f] {
			if c == column-1 {
				m.take(column, since, 1)
				return
			}
		}
	}
	m.find(column, "", CodeColumnUnknown, Warning)
}

// order sorts the columns of a field by preference. Two of the same preference
// contradict each other sooner or later, so nobody may have to know which wins.
func (m *mapper) order() {
	for _, f := range Fields() {
		columns := m.columns[f]
		sort.SliceStable(columns, func(i, j int) bool { return m.prefer[columns[i]] < m.prefer[columns[j]] })
		for i := 1; i < len(columns); i++ {
			if m.prefer[columns[i]] == m.prefer[columns[i-1]] {
				m.find(columns[i], f, CodeColumnTwice, Error)
			}
		}
	}
}

func (m *mapper) needed(o RecogniseOptions) {
	need := []Field{FieldName}
	if o.NeedNIP {
		need = append(need, FieldNIP)
	}
	if o.NeedOPD {
		need = append(need, FieldOPDName)
	}
	for _, f := range need {
		if !m.Has(f) {
			m.find(-1, f, CodeColumnMissing, Error)
		}
	}
}

func knownField(f Field) bool {
	for _, known := range Fields() {
		if f == known {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string]Field) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// IsNumbering reports whether a row only numbers its columns (1, 2, 3, ...), as
// official tables do below their headings.
func IsNumbering(row sheet.Row) bool {
	n := 0
	for _, c := range row.Cells {
		text := strings.Trim(strings.TrimSpace(c.Text), "()")
		if text == "" {
			continue
		}
		if n++; text != strconv.Itoa(n) {
			return false
		}
	}
	return n >= 3
}
