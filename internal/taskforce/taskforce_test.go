package taskforce

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

func at(s string) day.Day { return day.MustParse(s) }

func until(s string) *day.Day { d := at(s); return &d }

// Proves A3, X18: a decree carries the title of who could sign on its day; one
// of today that nobody could sign is refused, an old one is taken and shows it.
func TestSigned_ByWhoHeldTheMandateThatDay(t *testing.T) {
	t.Parallel()
	pj := government.Mandate{ID: id.ForName("pj"), HolderKind: government.Pj, HolderName: "Ahmad", Title: "Pj. Wali Kota",
		Powers: []government.Power{government.PowerAll}, From: at("2023-12-26")}
	weak := pj
	weak.Powers = []government.Power{government.PowerOpenEvents}
	plh, delegate := pj, pj
	plh.HolderKind, delegate.HolderKind = government.Plh, government.Delegate
	today := at("2024-06-01")

	for name, c := range map[string]struct {
		by      *government.Mandate
		decreed string
		code    string
		title   string
	}{
		"acting mayor":          {&pj, "2024-05-06", "", "Pj. Wali Kota"},
		"before the mandate":    {&pj, "2023-12-25", "taskforce.mandate_not_in_force", ""},
		"without the power":     {&weak, "2024-05-06", "taskforce.mandate_not_in_force", ""},
		"nobody, today":         {nil, "2024-06-01", "taskforce.nobody_could_sign", ""},
		"nobody, from the file": {nil, "2023-01-01", "", ""},
	} {
		f, err := TaskForce{Decreed: at(c.decreed)}.signed(c.by, today)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		if f.SignatoryTitle != c.title || (f.Mandate == nil) != (c.title == "") {
			t.Errorf("%s: signed by %q", name, f.SignatoryTitle)
		}
	}
	if got := signatory([]government.Mandate{delegate, plh, pj}); got.HolderKind != government.Pj {
		t.Errorf("%s signs although the acting mayor is there", got.HolderKind)
	}
	if got := signatory([]government.Mandate{weak}); got != nil {
		t.Errorf("%s signs without the power", got.HolderKind)
	}
}

// Proves K6: one chair at a time, nobody twice at once, nobody beyond the term,
// and a member is an ASN or somebody from outside, never both.
func TestMember_Check(t *testing.T) {
	t.Parallel()
	a, b := id.ForName("a"), id.ForName("b")
	f := TaskForce{From: at("2024-05-06"), Until: until("2024-12-31")}
	chair := Member{Role: Chair, ASN: &a, From: at("2024-05-06"), Until: until("2024-08-31")}
	for name, c := range map[string]struct {
		m    Member
		code string
	}{
		"second chair":           {Member{Role: Chair, ASN: &b, From: at("2024-08-31")}, "taskforce.chair_taken"},
		"the next chair":         {Member{Role: Chair, ASN: &b, From: at("2024-09-01")}, ""},
		"vice chair beside":      {Member{Role: ViceChair, ASN: &b, From: at("2024-05-06")}, ""},
		"chair as member, too":   {Member{Role: Plain, ASN: &a, From: at("2024-06-01")}, "taskforce.member_twice"},
		"member after the chair": {Member{Role: Plain, ASN: &a, From: at("2024-09-01")}, ""},
		"two from outside":       {Member{Role: Plain, Name: "Ratna", From: at("2024-06-01")}, ""},
		"before the term":        {Member{Role: Plain, ASN: &b, From: at("2024-05-05")}, "taskforce.outside_term"},
		"beyond the term":        {Member{Role: Plain, ASN: &b, From: at("2024-06-01"), Until: until("2025-01-01")}, "taskforce.outside_term"},
		"inverted":               {Member{Role: Plain, ASN: &b, From: at("2024-06-02"), Until: until("2024-06-01")}, "taskforce.period_inverted"},
		"nobody":                 {Member{Role: Plain, From: at("2024-06-01")}, "taskforce.who_needed"},
		"two persons in one":     {Member{Role: Plain, ASN: &b, Name: "Ratna", From: at("2024-06-01")}, "taskforce.who_needed"},
	} {
		err := c.m.check(f, []Member{chair})
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// Proves that terms are shortened, never lengthened or undone.
func TestEnd_OnlyShortens(t *testing.T) {
	t.Parallel()
	today := at("2024-06-01")
	f, err := TaskForce{From: at("2024-05-06"), Until: until("2024-12-31"), Version: 1}.end(at("2024-11-30"), today)
	if err != nil || f.Until.String() != "2024-11-30" || f.Version != 2 || len(f.steps(today, true)) != 2 {
		t.Errorf("%v, %v", f, err)
	}
	if _, err := f.end(at("2024-12-31"), today); !fault.Is(err, "taskforce.ended") {
		t.Errorf("lengthened: %v", err)
	}
	if _, err := f.end(at("2024-05-05"), today); !fault.Is(err, "taskforce.period_inverted") {
		t.Errorf("ended before it began: %v", err)
	}
	if len(f.steps(at("2024-12-01"), true)) != 0 || len(f.steps(today, false)) != 0 {
		t.Error("steps are offered after the end or without the permission")
	}
}
