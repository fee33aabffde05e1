package government

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// LetterKind is a kind of letter that is numbered on its own.
type LetterKind string

// The kinds.
const (
	CircularLetter    LetterKind = "circular"
	PlainLetter       LetterKind = "letter"
	Assignment        LetterKind = "assignment"
	Summons           LetterKind = "summons"
	ExaminationRecord LetterKind = "examination_record"
	Decision          LetterKind = "decision"
)

// Numbering is how letters of a kind are numbered: serials from 1 each year,
// without gaps, written as the pattern says.
type Numbering struct {
	ID             id.ID
	Kind           LetterKind
	Pattern        string
	Classification string // code of Permendagri 83/2022
	Unit           string
	Year           int   // the one counted now
	Last           int32 // serial of the last number taken in it
	Version        int32
}

// usual is how a new government numbers until it says otherwise: classification,
// serial, unit and year (Permendagri 1/2023 on official letters); circulars carry
// the month besides.
func usual() []Numbering {
	plain := func(k LetterKind, pattern string) Numbering {
		return Numbering{Kind: k, Pattern: pattern, Classification: "800", Unit: "BKPSDM", Version: 1}
	}
	return []Numbering{
		plain(CircularLetter, "{classification}/{serial}/{month_roman}/{unit} Tahun {year}"),
		plain(PlainLetter, "{classification}/{serial}-{unit}/{year}"),
		plain(Assignment, "{classification}/ST.{serial}-{unit}/{year}"),
		plain(Summons, "{classification}/SP.{serial}-{unit}/{year}"),
		plain(ExaminationRecord, "{classification}/BAP.{serial}-{unit}/{year}"),
		plain(Decision, "{classification}/Kep.{serial}-{unit}/{year}"),
	}
}

// romans are the months as letters write them.
var romans = [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}

// placeholders are what a pattern may name.
var placeholders = map[string]func(n Numbering, serial int32, on day.Day) string{
	"serial":         func(_ Numbering, serial int32, _ day.Day) string { return strconv.Itoa(int(serial)) },
	"serial_3":       func(_ Numbering, serial int32, _ day.Day) string { return fmt.Sprintf("%03d", serial) },
	"serial_4":       func(_ Numbering, serial int32, _ day.Day) string { return fmt.Sprintf("%04d", serial) },
	"classification": func(n Numbering, _ int32, _ day.Day) string { return n.Classification },
	"unit":           func(n Numbering, _ int32, _ day.Day) string { return n.Unit },
	"month":          func(_ Numbering, _ int32, on day.Day) string { return fmt.Sprintf("%02d", int(on.Month())) },
	"month_roman":    func(_ Numbering, _ int32, on day.Day) string { return romans[on.Month()-1] },
	"year":           func(_ Numbering, _ int32, on day.Day) string { return strconv.Itoa(on.Year()) },
}

var (
	placeholder = regexp.MustCompile(`\{([a-z0-9_]+)\}`)
	between     = regexp.MustCompile(`^[A-Za-z0-9 ./_()-]*$`)
)

// check holds a rule to what makes its numbers one of a kind and readable: exactly
// one serial, the year it counts in, and nothing that letters do not print.
func (n Numbering) check() error {
	names := map[string]int{}
	for _, m := range placeholder.FindAllStringSubmatch(n.Pattern, -1) {
		if placeholders[m[1]] == nil {
			return fault.New(fault.Rule, "numbering.placeholder_unknown").At("/pattern", "numbering.placeholder_unknown")
		}
		names[m[1]]++
	}
	if names["serial"]+names["serial_3"]+names["serial_4"] != 1 || names["year"] != 1 {
		return fault.New(fault.Rule, "numbering.serial_and_year").At("/pattern", "numbering.serial_and_year")
	}
	rest := placeholder.ReplaceAllString(n.Pattern, "")
	if !between.MatchString(rest) || strings.TrimSpace(n.Pattern) != n.Pattern {
		return fault.New(fault.Rule, "numbering.characters").At("/pattern", "numbering.characters")
	}
	for field, value := range map[string]string{"classification": n.Classification, "unit": n.Unit} {
		if !between.MatchString(value) || strings.TrimSpace(value) != value {
			return fault.New(fault.Rule, "numbering.characters").At("/"+field, "numbering.characters")
		}
		if names[field] > 0 && value == "" {
			return fault.New(fault.Rule, "numbering.value_needed").At("/"+field, "numbering.value_needed")
		}
	}
	return nil
}

// number writes a number.
func (n Numbering) number(serial int32, on day.Day) string {
	return placeholder.ReplaceAllStringFunc(n.Pattern, func(p string) string { return placeholders[p[1:len(p)-1]](n, serial, on) })
}

// NumberingChange holds the fields of a patch; nil stays as it is.
type NumberingChange struct {
	Pattern        *string
	Classification *string
	Unit           *string
	// Last goes on behind what was given out in another book.
	Last *int32
}

// apply makes the changed rule. Counting never goes back: what was given out
// would be given out again.
func (c NumberingChange) apply(n Numbering) (Numbering, error) {
	opt.Set(&n.Pattern, c.Pattern)
	opt.Set(&n.Classification, c.Classification)
	opt.Set(&n.Unit, c.Unit)
	if c.Last != nil && *c.Last < n.Last {
		return n, fault.New(fault.Rule, "numbering.serial_falls").At("/last_serial", "numbering.serial_falls")
	}
	opt.Set(&n.Last, c.Last)
	n.Version++
	return n, n.check()
}

// Number is one that was taken.
type Number struct {
	ID            id.ID
	Kind          LetterKind
	Year          int
	Serial        int32
	Text          string
	On            day.Day // the letter's day
	Subject       string
	By            *id.ID
	At            time.Time
	RecordedLater bool
}
