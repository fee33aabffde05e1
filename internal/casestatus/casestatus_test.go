package casestatus

import (
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/report"
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

// Proves O2: a referral not accepted is received, whatever is done with it
// inside; one that ends without a case says so.
func TestWordOfReport(t *testing.T) {
	t.Parallel()
	for state, want := range map[report.State]Word{report.Received: Received, report.Incomplete: Received, report.UnderVerification: Received,
		report.Duplicate: Verifying, report.Rejected: ClosedOther, report.Withdrawn: ClosedOther, report.Referred: ClosedOther} {
		if got := wordOfReport(state); got != want {
			t.Errorf("%s: got %s, want %s", state, got, want)
		}
	}
}

// Proves O2: cases and what is no case yet stand in one order, cut once.
func TestMerge(t *testing.T) {
	t.Parallel()
	at := func(h int, name string) Status {
		return Status{ID: id.ForName(name), TheirNumber: name, UpdatedAt: time.Date(2024, 10, 10, h, 0, 0, 0, time.UTC)}
	}
	got := merge(3, []Status{at(1, "a"), at(3, "c")}, nil, []Status{at(0, "z"), at(2, "b")})
	if len(got) != 3 || got[0].TheirNumber != "z" || got[1].TheirNumber != "a" || got[2].TheirNumber != "b" {
		t.Errorf("got %v", got)
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
