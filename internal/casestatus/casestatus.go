package casestatus

import (
	"time"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/recommendation"
	"github.com/netral-asn/netral/internal/report"
)

// Status is one matter as a body that it names sees it.
type Status struct {
	ID             id.ID
	Organisation   id.ID // the body that sees it so
	GovernmentCode string
	Zone           string
	OurNumber      string // empty while not accepted
	Receipt        string // of the acknowledgement, for what was sent here
	TheirNumber    string
	SBT            string // number in BKN's report sharing
	Word           Word
	Since          day.Day
	Received       day.Day
	Registered     day.Day
	Closed         day.Day
	Waits          Waits
	Due            Due
	Missed         int32 // terms that passed without the step they asked for
	Version        int32
	Updated        time.Time
	// Today is the legal day of the reading, in the government's zone.
	Today day.Day
}

// Due is the term within which somebody has to act; the zero value is none.
type Due struct {
	On         day.Day
	Rule       string
	Confidence string
}

// Age is how many days the matter has been going on, or went on.
func (s Status) Age() int {
	until := s.Today
	if !s.Closed.IsZero() {
		until = s.Closed
	}
	return s.Received.DaysUntil(until)
}

// DaysLeft counts the days to the term; negative once it is over.
func (s Status) DaysLeft() int { return s.Today.DaysUntil(s.Due.On) }

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

// wordOfReport tells the word for a report that is no case. One that repeats
// another has the word of that one; its caller follows the chain.
func wordOfReport(s report.State) Word {
	switch s {
	case report.Rejected, report.Withdrawn, report.Referred:
		return ClosedOther
	}
	return Received
}

// Waits says whom a matter waits for, also outside the government.
type Waits string

// Whom a matter waits for.
const (
	Nobody           Waits = "nobody"
	Sender           Waits = "sender" // the body itself was asked something
	TaskForce        Waits = "task_force"
	PersonnelAgency  Waits = "personnel_agency"
	DirectSuperior   Waits = "direct_superior"
	Examiners        Waits = "examiners"
	DecidingOfficial Waits = "deciding_official"
	AppointingAuth   Waits = "appointing_authority"
	Subject          Waits = "subject" // a term to contest runs
	BKN              Waits = "bkn"
	BPASN            Waits = "bpasn"
	OtherBody        Waits = "other_body"
)

// waitsOf tells whom a case waits for.
func waitsOf(c casefile.Case) Waits {
	switch c.State {
	case casefile.Registered:
		if c.Superior != nil {
			return DirectSuperior
		}
		return PersonnelAgency
	case casefile.Summoned, casefile.Examined:
		return Examiners
	case casefile.Recommended:
		return DecidingOfficial
	case casefile.Delivered:
		return Subject
	case casefile.Contested:
		if c.Running(casefile.RuleAppealEnd) {
			return BPASN
		}
		return DecidingOfficial
	case casefile.Closed:
		return Nobody
	}
	return PersonnelAgency // to deliver, to carry out, to put on record
}

// waitsOfReport tells whom a report waits for; to is the body it was passed on
// to, where that has a row.
func waitsOfReport(s report.State, to *organisation.Organisation) Waits {
	switch s {
	case report.Incomplete:
		return Sender
	case report.Rejected, report.Withdrawn:
		return Nobody
	case report.Referred:
		return waitsOfBody(to)
	}
	return TaskForce
}

func waitsOfBody(o *organisation.Organisation) Waits {
	if o != nil && o.Kind == organisation.BKN {
		return BKN
	}
	return OtherBody
}

// waitsOfRecommendation tells whom a recommendation without a case waits for.
func waitsOfRecommendation(s recommendation.State, sender *organisation.Organisation) Waits {
	switch s {
	case recommendation.FollowedUp:
		return Nobody
	case recommendation.Contested:
		return waitsOfBody(sender)
	}
	return AppointingAuth
}
