package importer

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/netral-asn/netral/internal/platform/sheet"
)

// scientific is how a spreadsheet writes a long number once it has become one:
// 1.99001E+17, with a comma in Indonesia.
var scientific = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+?\d+$`)

// nipDigits reads the employee number of a cell: its digits, or the code of the
// reason why they cannot be known. Excel keeps 15 digits of a number and a NIP
// has 18, so a cell that was stored as a number is refused whatever it shows.
func nipDigits(c sheet.Cell) (digits, code string) {
	s := strings.TrimSpace(sheet.Unquote(strings.TrimSpace(norm.NFKC.String(c.Text))))
	if isBlank(s) {
		return "", ""
	}
	if scientific.MatchString(s) {
		return "", CodeNIPScientific
	}
	if c.Type == sheet.Number || c.Type == sheet.Date {
		return "", CodeNIPNumber
	}
	digits = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '.', '-', '/', '\t', '\n', '\r', '\u200B', '\uFEFF', '\'':
			return -1
		}
		return r
	}, s)
	switch {
	case !allDigits(digits):
		return "", CodeNIPNotDigits
	case len(digits) == 9:
		return "", CodeNIPOld
	case len(digits) != 18:
		return "", CodeNIPLength
	case strings.HasSuffix(digits, "000"):
		// Serial numbers begin at 001. Three zeros are what is left of a NIP
		// that was a number once and was turned back into text.
		return "", CodeNIPLostDigits
	}
	return digits, ""
}
