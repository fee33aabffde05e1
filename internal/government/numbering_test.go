package government

import (
	"strings"
	"testing"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

func code(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	return ""
}

// Proves A2: a pattern names one serial and the year, nothing that is not known,
// and prints what Indonesian letters print.
func TestNumbering_Patterns(t *testing.T) {
	t.Parallel()
	on := day.MustParse("2024-12-02")
	for _, x := range []struct{ pattern, want, code string }{
		{"{classification}/{serial}/{month_roman}/{unit} Tahun {year}", "800/7/XII/BKPSDM Tahun 2024", ""},
		{"{serial_3}/{unit}/{month}/{year}", "007/BKPSDM/12/2024", ""},
		{"Kep.{serial_4}-({unit})_{year}", "Kep.0007-(BKPSDM)_2024", ""},
		{"{unit}/{year}", "", "numbering.serial_and_year"},
		{"{serial}/{unit}", "", "numbering.serial_and_year"},
		{"{serial}/{serial_3}/{year}", "", "numbering.serial_and_year"},
		{"{serial}/{serial}/{year}", "", "numbering.serial_and_year"},
		{"{serial}/{year}/{year}", "", "numbering.serial_and_year"},
		{"{serial}/{name}/{year}", "", "numbering.placeholder_unknown"},
		{"{serial}/{Year}/{year}", "", "numbering.characters"},
		{"{serial}/{/{year}", "", "numbering.characters"},
		{"{serial}/{}/{year}", "", "numbering.characters"},
		{"{{serial}}/{year}", "", "numbering.characters"},
		{"{serial}/<b>/{year}", "", "numbering.characters"},
		{"{serial}/\n{year}", "", "numbering.characters"},
		{"=cmd|{serial}/{year}", "", "numbering.characters"},
		{" {serial}/{year}", "", "numbering.characters"},
		{"", "", "numbering.serial_and_year"},
	} {
		n := Numbering{Pattern: x.pattern, Classification: "800", Unit: "BKPSDM"}
		err := n.check()
		if code(err) != x.code {
			t.Errorf("%q: %v, want %q", x.pattern, err, x.code)
		}
		if x.code != "" {
			continue
		}
		if got := n.number(7, on); got != x.want {
			t.Errorf("%q is written %q, want %q", x.pattern, got, x.want)
		}
	}
	if err := (Numbering{Pattern: "{serial}/{unit}/{year}"}).check(); code(err) != "numbering.value_needed" {
		t.Errorf("a unit that is nothing: %v", err)
	}
	if err := (Numbering{Pattern: "{serial}/{year}", Unit: "{serial}"}).check(); code(err) != "numbering.characters" {
		t.Errorf("a unit that is a pattern: %v", err)
	}
	for _, n := range usual() {
		if err := n.check(); err != nil {
			t.Errorf("%s: %v", n.Kind, err)
		}
	}
	for m, want := range strings.Fields("I II III IV V VI VII VIII IX X XI XII") {
		if got := (Numbering{Pattern: "{month_roman}"}).number(1, day.MustParse("2024-01-15").AddMonths(m)); got != want {
			t.Errorf("month %d is %q", m+1, got)
		}
	}
}

// Proves A2: a change of the rule never makes counting go back.
func TestNumbering_CountingNeverGoesBack(t *testing.T) {
	t.Parallel()
	n := Numbering{Pattern: "{serial}/{year}", Last: 412, Version: 3}
	for last, want := range map[int32]string{1: "numbering.serial_falls", 411: "numbering.serial_falls", 412: "", 900: ""} {
		got, err := NumberingChange{Last: &last}.apply(n)
		if code(err) != want || (err == nil && (got.Last != last || got.Version != 4)) {
			t.Errorf("behind %d: %+v, %v", last, got, err)
		}
	}
	bad := "{year}"
	if _, err := (NumberingChange{Pattern: &bad}).apply(n); code(err) != "numbering.serial_and_year" {
		t.Errorf("a pattern without serial: %v", err)
	}
}
