package importer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Severity says what a finding does to its row.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the row is refused
	Warning Severity = "warning" // the row is taken, and somebody should look
)

// maxValueBytes is how much of a cell an answer repeats (T-56).
const maxValueBytes = 64

// Finding is one thing wrong or odd about a sheet or one of its rows. Texts for
// people come from Explain.
type Finding struct {
	// Row counts from 1 as the spreadsheet does; 0 means the sheet as a whole.
	Row int `json:"-"`
	// Column counts from 1; 0 means the row as a whole.
	Column int `json:"column,omitempty"`
	// Heading is the heading of the column, empty without one.
	Heading string `json:"heading,omitempty"`
	Field   Field  `json:"field,omitempty"`
	// Value is what stands in the cell, at most 64 bytes of it.
	Value string `json:"value,omitempty"`
	// Expected is what another cell of the row demands, when one does.
	Expected string   `json:"expected,omitempty"`
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
}

// shorten gives at most 64 bytes of a value, whole letters only and without
// control characters.
func shorten(s string) string {
	const ellipsis = "…"
	if len(s) > 4*maxValueBytes {
		s = s[:4*maxValueBytes] + ellipsis
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if len(s) <= maxValueBytes {
		return s
	}
	at := maxValueBytes - len(ellipsis)
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + ellipsis
}

// Refused reports whether any finding is an error.
func Refused(findings []Finding) bool {
	for _, f := range findings {
		if f.Severity == Error {
			return true
		}
	}
	return false
}
