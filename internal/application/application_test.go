package application

import (
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves A2: kind and region code fit each other, and a letter of tomorrow
// vouches for nothing.
func TestApplication_Check(t *testing.T) {
	today := day.New(2024, time.March, 4)
	for _, c := range []struct {
		kind, code string
		letter     day.Day
		ok         bool
	}{
		{"regency", "36.03", today, true},
		{"city", "36.71", today, true},
		{"province", "36", today, true},
		{"city", "36.03", today, false},
		{"regency", "36.71", today, false},
		{"regency", "36", today, false},
		{"province", "36.03", today, false},
		{"regency", "36.03", today.AddDays(1), false},
	} {
		a := Application{Wanted: government.Government{Kind: c.kind, Code: c.code}, LetterOn: c.letter}
		if got := a.check(today) == nil; got != c.ok {
			t.Errorf("%s %s, letter of %s: accepted %v", c.kind, c.code, c.letter, got)
		}
	}
}

// Proves A2: an application waits 90 days; decided or lapsed, nobody knows any
// more who asked, and nothing can be decided again.
func TestApplication_LapsesAndForgets(t *testing.T) {
	asked := day.New(2024, time.March, 4)
	a := Application{State: Submitted, Submitted: asked, Applicant: Applicant{"Dewi", "Kasubag", "dewi@x.example", "0812"}, Note: "x", Version: 1}
	if got := a.at(asked.AddDays(life)); got.State != Submitted || got.Applicant != a.Applicant {
		t.Errorf("on its last day: %+v", got)
	}
	got := a.at(asked.AddDays(life + 1))
	if got.State != Lapsed || got.Applicant != (Applicant{}) || got.Note != "" || *got.Decided != asked.AddDays(life) || got.Version != 2 {
		t.Errorf("a day later: %+v", got)
	}
	if got.decide() == nil || len(got.steps(true)) != 0 || len(a.steps(false)) != 0 || len(a.steps(true)) != 2 {
		t.Error("what has lapsed is not decided, and who may not decide gets no step")
	}
}
