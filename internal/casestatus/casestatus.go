package casestatus

import (
	"bytes"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/report"
)

// Word is the coarse state of a matter.
type Word string

// The words.
const (
	Received         Word = "received" // not accepted yet
	Verifying        Word = "verifying"
	Examining        Word = "examining"
	AwaitingDecision Word = "awaiting_decision"
	DecidedProven    Word = "decided_proven"
	DecidedNotProven Word = "decided_not_proven"
	SanctionInForce  Word = "sanction_in_force"
	ClosedOther      Word = "closed_other"
)

// words says which word stands for a state of a case.
var words = map[casefile.State]Word{
	casefile.Registered:  Verifying,
	casefile.Summoned:    Examining,
	casefile.Examined:    Examining,
	casefile.Recommended: AwaitingDecision,
	casefile.Decided:     DecidedProven,
	casefile.Delivered:   DecidedProven,
	casefile.Contested:   DecidedProven,
	casefile.InForce:     SanctionInForce,
	casefile.Serving:     SanctionInForce,
	casefile.Completed:   SanctionInForce,
}

// wordOf tells the word for a case. A case that ran its whole course keeps the
// word of its sanction.
func wordOf(c casefile.Case) Word {
	if c.State != casefile.Closed {
		return words[c.State]
	}
	switch c.ClosingReason {
	case "not_proven":
		return DecidedNotProven
	case "completed":
		return SanctionInForce
	}
	return ClosedOther
}

// wordOfReport tells the word for a report that is no case. A duplicate goes on
// with the report it repeats.
func wordOfReport(s report.State) Word {
	switch s {
	case report.Rejected, report.Withdrawn, report.Referred:
		return ClosedOther
	case report.Duplicate:
		return Verifying
	}
	return Received
}

// ofReport is the status of a report that is no case yet.
func ofReport(s report.Sent) Status {
	return Status{ID: s.ID, Tenant: s.Tenant, TheirNumber: s.Number, Word: wordOfReport(s.State), Since: s.Updated, ReceivedOn: s.Received,
		Version: s.Version, UpdatedAt: s.At()}
}

// ofRecommendation is the status of a recommendation that led to no case: either
// it waits, or it was followed up otherwise.
func ofRecommendation(s recommendation.Sent) Status {
	out := Status{ID: s.ID, Tenant: s.Tenant, TheirNumber: s.Number, Word: Received, Since: s.Received, ReceivedOn: s.Received, Version: s.Version, UpdatedAt: s.Updated}
	if s.State == recommendation.FollowedUp {
		out.Word, out.ClosedOn = ClosedOther, s.Closed
		out.Since = *s.Closed
	}
	return out
}

// merge puts lists in the order of changes and keeps the first n.
func merge(n int, lists ...[]Status) []Status {
	out := slices.Concat(lists...)
	slices.SortFunc(out, func(x, y Status) int {
		if c := x.UpdatedAt.Compare(y.UpdatedAt); c != 0 {
			return c
		}
		return bytes.Compare(x.ID[:], y.ID[:])
	})
	return out[:min(n, len(out))]
}

// Status is one matter as its sender sees it.
type Status struct {
	ID             id.ID
	Tenant         int32
	GovernmentCode string
	OurNumber      string // empty while not accepted
	TheirNumber    string
	Word           Word
	Since          day.Day
	ReceivedOn     day.Day
	RegisteredOn   *day.Day
	ClosedOn       *day.Day
	Version        int32
	UpdatedAt      time.Time
}
