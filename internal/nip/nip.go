// Package nip reads the 18-digit employee number of a civil servant: the NIP of
// a PNS and the NI of a PPPK. The first eight digits are the birth date, then
// come the year of the first appointment, its month (PNS, 01 to 12) or the
// number of the contract (PPPK, from 21), the sex and a serial number. There is
// no check digit, and real registers hold numbers with odd parts: only what can
// never be is refused, the rest is for a person to look at.
package nip

import (
	"strconv"
	"strings"

	"github.com/netral-asn/netral/internal/platform/day"
)

// Sex as the fifteenth digit tells it.
type Sex string

// The sexes.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Number is a NIP taken apart.
type Number struct {
	Digits        string
	Birth         day.Day
	Year          int // of the first appointment
	MonthOrNumber int // month of appointment (PNS) or number of the contract (PPPK)
	Sex           Sex
	Serial        int
}

// PPPK reports whether the number is of a contract servant.
func (n Number) PPPK() bool { return n.MonthOrNumber >= 21 }

// Unusual reports whether digits 13 and 14 are neither a month nor the number
// of a contract.
func (n Number) Unusual() bool {
	return n.MonthOrNumber == 0 || n.MonthOrNumber > 12 && n.MonthOrNumber < 21
}

// ImplausibleYear reports whether the year of appointment cannot well be: before
// the sixteenth year of life or after next year.
func (n Number) ImplausibleYear(today day.Day) bool {
	return n.Year < n.Birth.Year()+15 || n.Year > today.Year()+1
}

// Reason says which part of a number can never be.
type Reason string

// The reasons.
const (
	Length    Reason = "length"     // not 18 digits
	BirthDate Reason = "birth_date" // no such day
	SexDigit  Reason = "sex"        // neither 1 nor 2
)

// Clean drops what people write between the digits.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '.', '-', '/', '\'', '\u00a0':
			return -1
		}
		return r
	}, s)
}

// Parse takes a number apart; reason is empty when it can be.
func Parse(s string) (n Number, reason Reason) {
	s = Clean(s)
	if len(s) != 18 || strings.Trim(s, "0123456789") != "" {
		return Number{}, Length
	}
	num := func(from, to int) int { v, _ := strconv.Atoi(s[from:to]); return v }
	birth, err := day.Parse(s[0:4] + "-" + s[4:6] + "-" + s[6:8])
	if err != nil || birth.Year() < 1900 {
		return Number{}, BirthDate
	}
	n = Number{Digits: s, Birth: birth, Year: num(8, 12), MonthOrNumber: num(12, 14), Serial: num(15, 18)}
	switch s[14] {
	case '1':
		n.Sex = Male
	case '2':
		n.Sex = Female
	default:
		return Number{}, SexDigit
	}
	return n, ""
}

// Retirement is the day a person reaches the retirement age of a level of
// position (UU 20/2023 Pasal 55): 58, 60 for executives and middle functional
// experts, 65 for principal ones; service ends with the month.
func Retirement(birth day.Day, positionType string) day.Day {
	age := 58
	switch positionType {
	case "jpt_utama", "jpt_madya", "jpt_pratama", "jf_ahli_madya":
		age = 60
	case "jf_ahli_utama":
		age = 65
	}
	reached := birth.AddYears(age)
	return day.New(reached.Year(), reached.Month()+1, 1)
}
