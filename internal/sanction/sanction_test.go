package sanction

import (
	"testing"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Proves M1: the months of a kind run to the day before the same day, and what
// has no months has no end.
func TestTakeEffect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		on     string
		months int32
		ends   string
	}{
		{"2024-12-10", 12, "2025-12-09"},
		{"2025-03-01", 12, "2026-02-28"},
		{"2024-12-10", 0, ""},
	} {
		s := Sanction{DurationMonths: c.months}
		s.takeEffect(day.MustParse(c.on))
		got := ""
		if s.EndsOn != nil {
			got = s.EndsOn.String()
		}
		if got != c.ends || s.EffectiveOn.String() != c.on {
			t.Errorf("%s for %d months ends %q, want %q", c.on, c.months, got, c.ends)
		}
	}
}

// Proves N1: objection against what is no dismissal, appeal to BPASN against
// dismissal, no appeal in ethics.
func TestCheckContest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ class, level, kind, want string }{
		{"discipline", "severe", objection, ""},
		{"discipline", "severe", appeal, "sanction.objection_not_appeal"},
		{"discipline", "dismissal", appeal, ""},
		{"dismissal", "dismissal", objection, "sanction.appeal_not_objection"},
		{"ethics", "moral", appeal, "sanction.no_appeal_in_ethics"},
		{"ethics", "moral", objection, ""},
	} {
		err := Sanction{Class: c.class, AuthorityLevel: c.level}.checkContest(c.kind)
		if (c.want == "") != (err == nil) || (err != nil && !fault.Is(err, c.want)) {
			t.Errorf("%s against %s %s: got %v, want %q", c.kind, c.class, c.level, err, c.want)
		}
	}
}

// Proves M4: what the agency calls a reprimand is no sanction; what the law
// calls one is.
func TestCheckIsSanction(t *testing.T) {
	t.Parallel()
	for kind, refused := range map[string]bool{"reprimand": true, "Pencerahan": true, "pembinaan": true, "verbal_reprimand": false, "written_reprimand": false} {
		if err := checkIsSanction(kind); fault.Is(err, "sanction.coaching") != refused {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// Proves that a sanction's state follows its case's.
func TestStateOf(t *testing.T) {
	t.Parallel()
	for of, want := range map[casefile.State]State{casefile.Decided: Imposed, casefile.Delivered: Delivered, casefile.Contested: Contested,
		casefile.InForce: InForce, casefile.Serving: Serving, casefile.Completed: Completed, casefile.Closed: Annulled} {
		if got := stateOf(of); got != want {
			t.Errorf("%s: got %s, want %s", of, got, want)
		}
	}
}
