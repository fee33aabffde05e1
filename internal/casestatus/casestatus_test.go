package casestatus

import (
	"testing"

	"github.com/netral-asn/netral/internal/casefile"
)

// Proves O2: every state of a case has one coarse word, and a closed one the
// word of its reason.
func TestWordOf_EveryState(t *testing.T) {
	t.Parallel()
	for _, s := range casefile.States {
		if wordOf(casefile.Case{State: s}) == "" {
			t.Errorf("%s has no word", s)
		}
	}
	for reason, want := range map[string]Word{"not_proven": DecidedNotProven, "completed": SanctionInForce, "cancelled": ClosedOther, "subject_left_service": ClosedOther} {
		if got := wordOf(casefile.Case{State: casefile.Closed, ClosingReason: reason}); got != want {
			t.Errorf("closed as %s: got %s, want %s", reason, got, want)
		}
	}
}

// Proves O2: If-None-Match as RFC 9110 has it.
func TestMatches(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		header *string
		want   bool
	}{{nil, false}, {text(`"3"`), true}, {text(`W/"3"`), true}, {text(`"1", "3"`), true}, {text("*"), true}, {text(`"31"`), false}} {
		if got := matches(c.header, `"3"`); got != c.want {
			t.Errorf("%v: got %v", c.header, got)
		}
	}
}
