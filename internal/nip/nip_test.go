package nip_test

import (
	"testing"

	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves X24, B1: a NIP is read by its parts, and what can never be is refused
// with the part that is wrong.
func TestParse(t *testing.T) {
	t.Parallel()
	n, reason := nip.Parse("19860926 201505 1 001")
	if reason != "" || n.Birth != day.MustParse("1986-09-26") || n.Year != 2015 || n.MonthOrNumber != 5 || n.Sex != nip.Male || n.Serial != 1 || n.PPPK() {
		t.Errorf("got %+v, %s", n, reason)
	}
	if n, _ := nip.Parse("199002022022212003"); !n.PPPK() || n.Sex != nip.Female || n.Unusual() {
		t.Errorf("the PPPK is read as %+v", n)
	}
	if n, _ := nip.Parse("199002022022152003"); !n.Unusual() {
		t.Error("digits 13-14 of 15 are unusual")
	}
	for in, want := range map[string]nip.Reason{"": nip.Length, "123": nip.Length, "19860926201505100X": nip.Length, "198613262015051001": nip.BirthDate,
		"198602302015051001": nip.BirthDate, "198609262015053001": nip.SexDigit, "000000002015051001": nip.BirthDate} {
		if _, got := nip.Parse(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Proves that service ends with the month in which the age is reached.
func TestRetirement(t *testing.T) {
	t.Parallel()
	birth := day.MustParse("1964-05-31")
	if got := nip.Retirement(birth, "pelaksana").String(); got != "2022-06-01" {
		t.Errorf("got %s", got)
	}
	if got := nip.Retirement(birth, "jpt_pratama").String(); got != "2024-06-01" {
		t.Errorf("got %s", got)
	}
}

// FuzzParse holds that no text breaks the reading and that what is accepted has 18 digits.
func FuzzParse(f *testing.F) {
	f.Add("198609262015051001")
	f.Add("1.98E+17")
	f.Fuzz(func(t *testing.T, s string) {
		n, reason := nip.Parse(s)
		if (reason == "") != (len(n.Digits) == 18) {
			t.Errorf("%q: %+v, %s", s, n, reason)
		}
	})
}
