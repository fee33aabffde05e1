package casestatus

import (
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/recommendation"
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
		report.Duplicate: Received, report.Rejected: ClosedOther, report.Withdrawn: ClosedOther, report.Referred: ClosedOther} {
		if got := wordOfReport(state); got != want {
			t.Errorf("%s: got %s, want %s", state, got, want)
		}
	}
}

// Proves O2: it is told whom a matter waits for, outside bodies included.
func TestWaits(t *testing.T) {
	t.Parallel()
	superior := id.ForName("superior")
	appeal := []casefile.Clock{{Rule: casefile.RuleAppealEnd}}
	for _, c := range []struct {
		c    casefile.Case
		want Waits
	}{
		{casefile.Case{State: casefile.Registered, Superior: &superior}, DirectSuperior}, {casefile.Case{State: casefile.Registered}, PersonnelAgency},
		{casefile.Case{State: casefile.Summoned}, Examiners}, {casefile.Case{State: casefile.Examined}, Examiners},
		{casefile.Case{State: casefile.Recommended}, DecidingOfficial}, {casefile.Case{State: casefile.Decided}, PersonnelAgency},
		{casefile.Case{State: casefile.Delivered}, Subject}, {casefile.Case{State: casefile.Contested}, DecidingOfficial},
		{casefile.Case{State: casefile.Contested, Clocks: appeal}, BPASN}, {casefile.Case{State: casefile.InForce}, PersonnelAgency},
		{casefile.Case{State: casefile.Closed}, Nobody},
	} {
		if got := waitsOf(c.c); got != c.want {
			t.Errorf("%s: got %s, want %s", c.c.State, got, c.want)
		}
	}
	bkn, kpu := &organisation.Organisation{Kind: organisation.BKN}, &organisation.Organisation{Kind: organisation.KPU}
	if waitsOfReport(report.Referred, bkn) != BKN || waitsOfReport(report.Referred, nil) != OtherBody || waitsOfReport(report.Incomplete, nil) != Sender ||
		waitsOfReport(report.UnderVerification, nil) != TaskForce || waitsOfReport(report.Rejected, nil) != Nobody {
		t.Error("a report waits for somebody else")
	}
	if waitsOfRecommendation(recommendation.Open, bkn) != AppointingAuth || waitsOfRecommendation(recommendation.Contested, bkn) != BKN ||
		waitsOfRecommendation(recommendation.Contested, kpu) != OtherBody || waitsOfRecommendation(recommendation.FollowedUp, bkn) != Nobody {
		t.Error("a recommendation waits for somebody else")
	}
}

// Proves O2: it ages until it is closed, and days left run out.
func TestAgeAndDaysLeft(t *testing.T) {
	t.Parallel()
	at := day.MustParse
	s := Status{Received: at("2024-10-02"), Today: at("2024-10-29"), Due: Due{On: at("2024-11-12")}}
	if s.Age() != 27 || s.DaysLeft() != 14 {
		t.Errorf("age %d, left %d", s.Age(), s.DaysLeft())
	}
	s.Closed, s.Today = at("2024-10-30"), at("2024-11-13")
	if s.Age() != 28 || s.DaysLeft() != -1 {
		t.Errorf("closed: age %d, left %d", s.Age(), s.DaysLeft())
	}
}

// Proves that readings of a journal and what concerns no body move nothing.
func TestMoves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		object, action string
		want           bool
	}{{"case", "case.step_taken", true}, {"case", "case.read", false}, {"case", "deadline.missed", true}, {"case", "case.note_added", false}, {"report", "report.filed", true},
		{"report", "report.read", false}, {"recommendation", "recommendation.due_moved", true}, {"asn", "asn.updated", false}} {
		if got := moves(db.Noted{Object: c.object, Action: c.action}); got != c.want {
			t.Errorf("%s: got %v", c.action, got)
		}
	}
}

// Proves O2: the tag of a list names everything its content depends on: what was
// asked for, the governments, the changes, and the day.
func TestTagOfHead(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 10, 14, 3, 0, 0, 0, time.UTC)
	request := func(f Filter, limit int32) page.Request {
		r, err := page.Read("list", f, &limit, nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	since := now
	tags := map[string]bool{}
	for _, tag := range []string{
		tagOfHead(authz.ForSystem(1), request(Filter{}, 50), reading{now: now, head: 7}),
		tagOfHead(authz.ForSystem(2), request(Filter{}, 50), reading{now: now, head: 7}),
		tagOfHead(authz.ForSystem(1), request(Filter{UpdatedSince: &since}, 50), reading{now: now, head: 7}),
		tagOfHead(authz.ForSystem(1), request(Filter{}, 20), reading{now: now, head: 7}),
		tagOfHead(authz.ForSystem(1), request(Filter{}, 50), reading{now: now, head: 8}),
		tagOfHead(authz.ForSystem(1), request(Filter{}, 50), reading{now: now.Add(13 * time.Hour), head: 7}), // past midnight in the east
	} {
		tags[tag] = true
	}
	if len(tags) != 6 {
		t.Errorf("two answers share a tag: %v", tags)
	}
	if a, b := tagOfHead(authz.ForSystem(1), request(Filter{}, 50), reading{now: now, head: 7}), tagOfHead(authz.ForSystem(1), request(Filter{}, 50), reading{now: now.Add(time.Hour), head: 7}); a != b {
		t.Error("the tag changes within a day")
	}
}
