package importer

import (
	"strconv"

	"github.com/netral-asn/netral/internal/platform/day"
)

// nipParts are what the 18 digits say: birth date, year of the first
// appointment, then its month (PNS) or 21 and more (PPPK), sex, serial number.
// There is no check digit.
type nipParts struct {
	birth           day.Day
	year            int
	monthOrNumber   int
	sex             string
	pppk            bool
	unusualNumber   bool
	yearImplausible bool
}

// splitNIP takes 18 digits apart. ok is false when they hold no real birth date
// or no sex. The rest is only unusual when it is wrong: real registers have
// such numbers.
func splitNIP(nip string, today day.Day) (p nipParts, ok bool) {
	num := func(from, to int) int { n, _ := strconv.Atoi(nip[from:to]); return n }
	birth, code := makeDay(nip[0:4], nip[4:6], nip[6:8])
	if code != "" {
		return nipParts{}, false
	}
	p = nipParts{birth: birth, year: num(8, 12), monthOrNumber: num(12, 14)}
	switch nip[14] {
	case '1':
		p.sex = Male
	case '2':
		p.sex = Female
	default:
		return nipParts{}, false
	}
	p.pppk = p.monthOrNumber >= 21
	p.unusualNumber = p.monthOrNumber == 0 || p.monthOrNumber > 12 && p.monthOrNumber < 21
	p.yearImplausible = p.year < birth.Year()+15 || p.year > today.Year()+1
	return p, true
}
