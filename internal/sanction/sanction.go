package sanction

import (
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Sanction is what a decision imposed on a person.
type Sanction struct {
	ID             id.ID
	Case           id.ID
	Decision       id.ID
	Subject        id.ID
	Kind           string // code of the reference data
	Class          string
	Level          string
	AuthorityLevel string
	DurationMonths int32
	State          State
	LegalBasis     string
	DecisionNumber string
	DecidedOn      day.Day
	SignatoryTitle string
	// EffectiveRule is the deadline rule by which it takes effect, or OnReceipt.
	EffectiveRule       string
	DeliveryKind        string
	ReceivedOn          *day.Day
	ComputedEffectiveOn *day.Day
	Counted             *Counted
	EffectiveOn         *day.Day
	OverrideReason      string
	ExecutedOn          *day.Day
	ExecutedBy          string
	ExecutionProof      string
	EndsOn              *day.Day // last day of a kind with a duration
	CompletedOn         *day.Day
	IDISNumber          string
	SIASNNumber         string
	NationalRecordOn    *day.Day
	RecordedLater       bool
	Version             int32
}

// State is where a sanction stands; it follows the state of its case.
type State string

// The states.
const (
	Imposed   State = "imposed"
	Delivered State = "delivered"
	Contested State = "contested"
	InForce   State = "in_force"
	Serving   State = "serving"
	Completed State = "completed"
	Annulled  State = "annulled"
)

// stateOf tells the sanction's state for the state a step led its case to.
func stateOf(c casefile.State) State {
	switch c {
	case casefile.Decided:
		return Imposed
	case casefile.Closed:
		return Annulled
	}
	return State(c)
}

// OnReceipt stands for a rule where a sanction takes effect when it is received,
// as moral statements do.
const OnReceipt = "on_receipt"

const ethics = "ethics"

// usualRule is the rule by which a class of sanction takes effect.
func usualRule(class string) string {
	if class == ethics {
		return OnReceipt
	}
	return casefile.RuleEffect
}

// dismissal reports whether the sanction ends the employment, against which an
// appeal goes to BPASN.
func (s Sanction) dismissal() bool { return s.AuthorityLevel == "dismissal" }

// coachingWords are what agencies call coaching when they speak of sanctions.
var coachingWords = []string{"reprimand", "enlightenment", "coaching", "teguran", "pencerahan", "pembinaan"}

// checkIsSanction refuses what is coaching and points to where it belongs.
func checkIsSanction(kind string) error {
	if slices.Contains(coachingWords, strings.ToLower(kind)) {
		return fault.New(fault.Rule, "sanction.coaching").At("/sanction_type", "sanction.coaching")
	}
	return nil
}

// Counted is how the day of effect came about, as it was told to the subject.
type Counted struct {
	Rule       string             `json:"rule"`
	LegalBasis string             `json:"legal_basis"`
	Confidence catalog.Confidence `json:"confidence"`
	Unit       catalog.Unit       `json:"unit"`
	Amount     int                `json:"amount"`
	From       day.Day            `json:"from"`
	Day        day.Day            `json:"day"`
	Skipped    []Skipped          `json:"skipped"`
	Unknown    []int              `json:"years_without_holidays,omitempty"`
	// Disputed: an official example of the same count comes to another day.
	Disputed bool `json:"disputed,omitempty"`
}

// Skipped is a day passed over.
type Skipped struct {
	Day     day.Day `json:"day"`
	Reason  string  `json:"reason"`
	Holiday string  `json:"holiday,omitempty"`
}

func counted(t deadline.Term) *Counted {
	r, c := t.Rule, t.Count
	out := &Counted{Rule: r.Code, LegalBasis: r.LegalBasis, Confidence: r.Confidence, Unit: r.Unit, Amount: c.Amount, From: c.From, Day: t.Day,
		Unknown: c.YearsWithoutHolidays, Skipped: []Skipped{}, Disputed: t.Disputed()}
	for _, s := range c.Skipped {
		one := Skipped{Day: s.Day, Reason: string(s.Reason)}
		if s.Holiday != nil {
			one.Holiday = s.Holiday.NameID
		}
		out.Skipped = append(out.Skipped, one)
	}
	return out
}

// takeEffect puts the sanction into force from a day on.
func (s *Sanction) takeEffect(on day.Day) {
	s.EffectiveOn = &on
	if s.DurationMonths > 0 {
		last := on.AddMonths(int(s.DurationMonths)).AddDays(-1)
		s.EndsOn = &last
	}
}

// checkOverride refuses another day than the computed one without a reason.
func (s Sanction) checkOverride(on day.Day, reason string) error {
	if s.ComputedEffectiveOn != nil && !on.Equal(*s.ComputedEffectiveOn) && reason == "" {
		return fault.New(fault.Rule, "sanction.override_needs_reason", "day", *s.ComputedEffectiveOn).
			At("/reason", "sanction.override_needs_reason", "day", *s.ComputedEffectiveOn)
	}
	return nil
}

// checkServed refuses an end before the last day.
func (s Sanction) checkServed(on day.Day) error {
	if s.EndsOn != nil && on.Before(*s.EndsOn) {
		return fault.New(fault.Rule, "sanction.still_serving", "day", *s.EndsOn).At("/completed_on", "sanction.still_serving", "day", *s.EndsOn)
	}
	return nil
}

// Contest is a remedy of the subject.
type Contest struct {
	ID             id.ID
	Kind           string // objection, appeal
	FiledOn        day.Day
	Number         string
	Late           bool
	Outcome        string // confirm, lighten, aggravate, change, annul; empty while open
	DecidedOn      *day.Day
	DecidedBy      string
	DecisionNumber string
	OldKind        string
	NewKind        string
	RecordedLater  bool
}

const (
	objection = "objection"
	appeal    = "appeal"
)

// checkContest refuses a remedy that the law does not give.
func (s Sanction) checkContest(kind string) error {
	switch {
	case kind == appeal && s.Class == ethics:
		return fault.New(fault.Rule, "sanction.no_appeal_in_ethics").At("/kind", "sanction.no_appeal_in_ethics").Under("PP 79/2021 Pasal 11")
	case kind == appeal && !s.dismissal():
		return fault.New(fault.Rule, "sanction.objection_not_appeal").At("/kind", "sanction.objection_not_appeal").Under("PP 79/2021")
	case kind == objection && s.dismissal():
		return fault.New(fault.Rule, "sanction.appeal_not_objection").At("/kind", "sanction.appeal_not_objection").Under("PP 79/2021 Pasal 11")
	}
	return nil
}

// filing is the rule and the event by which the time for a remedy is counted.
func (s Sanction) filing() (rule string, from day.Day) {
	if s.dismissal() {
		return casefile.RuleAppeal, s.DecidedOn
	}
	return casefile.RuleObjection, *s.ReceivedOn
}

// outcomes of a remedy.
const (
	confirm   = "confirm"
	lighten   = "lighten"
	aggravate = "aggravate"
	annul     = "annul"
)

// checkChange holds the new kind against the word for it.
func checkChange(outcome string, before, after int) error {
	if (outcome == lighten && after > before) || (outcome == aggravate && after < before) {
		return fault.New(fault.Rule, "sanction.change_misnamed").At("/outcome", "sanction.change_misnamed")
	}
	return nil
}
