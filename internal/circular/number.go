package circular

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/netral-asn/netral/internal/platform/day"
)

// Number is an official number as printed, with the parts that are plain in it
// (Permendagri 83/2022: classification, serial, month, unit, year). A part that
// is not plain stays empty: offices write numbers in many ways.
type Number struct {
	Printed        string
	Classification string
	Serial         string
	Month          int // 0 when not given
	Unit           string
	Year           int // 0 when not given
}

var (
	numberHead = regexp.MustCompile(`(?i)^\s*(?:nomor|no)\b[\s.:]*`)
	numberYear = regexp.MustCompile(`(?i)(?:[\s/.,-]*\b(?:tahun|th(?:n)?)\b[\s.]*|[\s/-]+)((?:19|20)\d{2})\s*$`)
	dotted     = regexp.MustCompile(`^\d+(?:\.\d+)*$`)
	withUnit   = regexp.MustCompile(`^(\d+)\s*-\s*(\pL.*)$`)
	romanMonth = []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}
)

// ParseNumber reads an official number; it never fails and never guesses.
func ParseNumber(printed string) Number {
	n := Number{Printed: strings.TrimSpace(printed)}
	rest, year := withoutYear(n.Printed)
	n.Year = year
	var numbers, units []string
	for _, field := range strings.Split(rest, "/") {
		field = strings.TrimSpace(field)
		if m := withUnit.FindStringSubmatch(field); m != nil {
			numbers, field = append(numbers, m[1]), m[2]
		}
		month := slices.Index(romanMonth, strings.ToUpper(field)) + 1
		switch {
		case month > 0 && n.Month == 0:
			n.Month = month
		case dotted.MatchString(field):
			numbers = append(numbers, field)
		case field != "":
			units = append(units, field)
		}
	}
	switch {
	case len(numbers) == 2:
		n.Classification, n.Serial = numbers[0], numbers[1]
	case len(numbers) == 1 && strings.Contains(numbers[0], "."):
		n.Classification = numbers[0]
	case len(numbers) == 1:
		n.Serial = numbers[0]
	}
	n.Unit = strings.Join(units, "/")
	return n
}

func withoutYear(printed string) (rest string, year int) {
	rest = numberHead.ReplaceAllString(printed, "")
	if m := numberYear.FindStringSubmatchIndex(rest); m != nil {
		year, _ = strconv.Atoi(rest[m[2]:m[3]])
		rest = rest[:m[0]]
	}
	return rest, year
}

// Key is what two spellings of one number have in common: letters and digits
// without case, the year left out because it is a column of its own. Between
// two digits any punctuation counts as the same one, since 100.3/4283 and
// 100.34/283 are two numbers.
func (n Number) Key() string {
	rest, _ := withoutYear(n.Printed)
	var out strings.Builder
	gap, last := false, ' '
	for _, r := range strings.ToUpper(rest) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && unicode.IsDigit(r) && unicode.IsDigit(last) {
			out.WriteByte('.')
		}
		out.WriteRune(r)
		gap, last = false, r
	}
	return out.String()
}

// yearOf is the year in which the number is unique: its own, or that of the day
// of signing when it names none.
func (n Number) yearOf(signed day.Day) int {
	if n.Year != 0 {
		return n.Year
	}
	return signed.Year()
}
