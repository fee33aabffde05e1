package circular

import (
	"fmt"
	"strings"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

// State is where a circular stands.
type State string

// The states.
const (
	Draft    State = "draft"
	Issued   State = "issued"
	Amended  State = "amended" // in force, together with its amendment
	Replaced State = "replaced"
	Revoked  State = "revoked"
)

// Step is what may be done with a circular.
type Step string

// The steps. Amendment and Replacement are taken by issuing another circular
// that names this one.
const (
	Update      Step = "update"
	Issuance    Step = "issuance"
	Amendment   Step = "amendment"
	Replacement Step = "replacement"
	Revocation  Step = "revocation"
)

// moves is the state machine: what each step makes of each state. What is not
// here is refused.
var moves = map[State]map[Step]State{
	Draft:    {Update: Draft, Issuance: Issued},
	Issued:   {Amendment: Amended, Replacement: Replaced, Revocation: Revoked},
	Amended:  {Amendment: Amended, Replacement: Replaced, Revocation: Revoked},
	Replaced: {},
	Revoked:  {},
}

// Circular is one circular.
type Circular struct {
	ID            id.ID
	Number        Number
	Signed        day.Day
	Subject       string
	Opening       string
	Points        []string
	Closing       string
	Signatory     Signatory
	LegalSources  []string // codes of the legal library
	Election      *id.ID
	Addressees    asn.Rule
	Amends        *id.ID
	Replaces      *id.ID
	State         State
	From          *day.Day // in force from; nil in a draft means the day of signing
	Until         *day.Day // last day in force
	EndReason     string
	IssuedOn      *day.Day // day of entry
	Text          string   // canonical, once issued
	TextSHA256    string
	Addressed     int32
	RecordedLater bool
	Version       int32
}

// Signatory is who signs. Title and Name are as printed in a draft and those of
// the mandate once issued.
type Signatory struct {
	Office         government.Office
	Mandate        *id.ID
	Title          string
	Name           string
	WithoutMandate bool
}

// Change holds the fields of a patch; nil stays as it is.
type Change struct {
	Number           *string
	Signed           *day.Day
	Subject          *string
	Opening          *string
	Points           *[]string
	Closing          *string
	SignatoryOffice  *government.Office
	SignatoryMandate *id.ID
	SignatoryTitle   *string
	SignatoryName    *string
	LegalSources     *[]string
	Election         *id.ID
	Addressees       *asn.Rule
	From             *day.Day
	Amends           *id.ID
	Replaces         *id.ID
}

// apply makes the patched draft.
func (ch Change) apply(c Circular) Circular {
	if ch.Number != nil {
		c.Number = ParseNumber(*ch.Number)
	}
	opt.Set(&c.Signed, ch.Signed)
	opt.Set(&c.Subject, ch.Subject)
	opt.Set(&c.Opening, ch.Opening)
	opt.Set(&c.Points, ch.Points)
	opt.Set(&c.Closing, ch.Closing)
	opt.Set(&c.Signatory.Office, ch.SignatoryOffice)
	opt.Set(&c.Signatory.Title, ch.SignatoryTitle)
	opt.Set(&c.Signatory.Name, ch.SignatoryName)
	opt.Set(&c.LegalSources, ch.LegalSources)
	opt.Set(&c.Addressees, ch.Addressees)
	for to, from := range map[**id.ID]*id.ID{&c.Signatory.Mandate: ch.SignatoryMandate, &c.Election: ch.Election, &c.Amends: ch.Amends, &c.Replaces: ch.Replaces} {
		if from != nil {
			*to = from
		}
	}
	if ch.From != nil {
		c.From = ch.From
	}
	return c
}

// step moves the circular, or refuses and says what may be done instead.
func (c Circular) step(s Step) (Circular, error) {
	to, ok := moves[c.State][s]
	if !ok {
		return c, fault.New(fault.Conflict, "circular.wrong_step").Allowing(c.steps(true, true))
	}
	c.State = to
	c.Version++
	return c, nil
}

// steps lists what may be done with the circular, in the order of its life.
func (c Circular) steps(mayWrite, mayIssue bool) []string {
	out := []string{}
	for _, s := range []Step{Update, Issuance, Amendment, Replacement, Revocation} {
		may := mayIssue
		if s == Update || s == Amendment || s == Replacement {
			may = mayWrite
		}
		if _, ok := moves[c.State][s]; ok && may {
			out = append(out, string(s))
		}
	}
	return out
}

// check refuses a draft that cannot become a circular.
func (c Circular) check() error {
	f := fault.New(fault.Rule, "circular.invalid")
	if c.Amends != nil && c.Replaces != nil {
		f.At("/replaces_id", "circular.amends_and_replaces")
	}
	if c.From != nil && c.From.Before(c.Signed) {
		f.At("/in_force_from", "circular.before_signing")
	}
	if c.Number.Printed != "" && c.Number.Key() == "" {
		f.At("/number", "field.invalid")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// issue freezes the circular on a legal day.
func (c Circular) issue(today day.Day, holders []government.Mandate) (Circular, error) {
	c, err := c.step(Issuance)
	if err != nil {
		return c, err
	}
	if c.Number.Printed == "" {
		return c, fault.New(fault.Rule, "circular.number_needed").At("/number", "field.required")
	}
	if c.Signed.After(today) {
		return c, fault.New(fault.Rule, "circular.signed_in_future").At("/signed_on", "circular.signed_in_future")
	}
	c.RecordedLater = c.Signed.Before(today)
	if c.Signatory, err = c.Signatory.of(holders, c.RecordedLater); err != nil {
		return c, err
	}
	if c.From == nil {
		c.From = &c.Signed
	}
	c.IssuedOn = &today
	c.Text = canon.Text(c.compose())
	c.TextSHA256 = canon.Sum(c.Text).String()
	return c, nil
}

// of finds who of those in office on the day signs. Nobody in office refuses
// the circular; one signed on paper before it came into Netral is taken with
// what is printed on it, and marked (X18).
func (s Signatory) of(holders []government.Mandate, onPaper bool) (Signatory, error) {
	able := government.Able(holders, government.PowerSignLetters, s.Mandate)
	switch {
	case len(able) == 1:
		m := able[0]
		return Signatory{Office: s.Office, Mandate: &m.ID, Title: m.Title, Name: m.HolderName}, nil
	case len(able) > 1:
		return s, fault.New(fault.Rule, "circular.signatory_ambiguous").At("/signatory_mandate_id", "field.required")
	case s.Mandate == nil && onPaper && s.Title != "" && s.Name != "":
		s.WithoutMandate = true
		return s, nil
	}
	return s, fault.New(fault.Rule, "circular.no_mandate").At("/signatory_office", "circular.no_mandate")
}

// compose is the text that people confirm having read.
func (c Circular) compose() string {
	parts := []string{fmt.Sprintf("SURAT EDARAN\nNomor: %s\nTanggal: %s\nTentang: %s", c.Number.Printed, c.Signed, c.Subject)}
	if c.Opening != "" {
		parts = append(parts, c.Opening)
	}
	for i, p := range c.Points {
		parts = append(parts, fmt.Sprintf("%d. %s", i+1, p))
	}
	if c.Closing != "" {
		parts = append(parts, c.Closing)
	}
	parts = append(parts, c.Signatory.Title+"\n"+c.Signatory.Name)
	return strings.Join(parts, "\n\n")
}

// succeeded is the older circular after another one amends or replaces it from
// a day on.
func (c Circular) succeeded(by Circular) (Circular, error) {
	step := Amendment
	if by.Replaces != nil {
		step = Replacement
	}
	c, err := c.step(step)
	if err != nil {
		return c, err
	}
	if !by.From.After(*c.From) {
		return c, fault.New(fault.Rule, "circular.successor_too_early", "day", c.From).At("/in_force_from", "circular.successor_too_early", "day", c.From)
	}
	if step == Replacement {
		last := by.From.AddDays(-1)
		c.Until = &last
	}
	return c, nil
}

// revoke ends the circular.
func (c Circular) revoke(last day.Day, reason string) (Circular, error) {
	c, err := c.step(Revocation)
	if err != nil {
		return c, err
	}
	if last.Before(*c.From) {
		return c, fault.New(fault.Rule, "circular.ends_before_start", "day", c.From).At("/last_day", "circular.ends_before_start", "day", c.From)
	}
	c.Until, c.EndReason = &last, reason
	return c, nil
}

// binding reports whether receipts are still taken: a circular that another one
// replaced is not read any more.
func (c Circular) binding() bool { return c.State == Issued || c.State == Amended }

// Channel is how a receipt was given.
type Channel string

// The channels.
const (
	Own   Channel = "own"   // under the person's own account
	Paper Channel = "paper" // on a list, recorded by an officer
)

// Receipt is one person's confirmation.
type Receipt struct {
	Circular      id.ID
	Person        id.ID
	On            day.Day
	Channel       Channel
	TextSHA256    string
	Proof         string
	RecordedBy    *id.ID
	RecordedLater bool
}

// Outcome is what became of one entry of a paper list.
type Outcome string

// The outcomes. Who was not addressed and who is of another unit look the same
// (T-28).
const (
	Recorded      Outcome = "recorded"
	Already       Outcome = "already"
	NotAddressed  Outcome = "not_addressed"
	DayImpossible Outcome = "day_impossible"
)

// Entry is one line of a paper list.
type Entry struct {
	Person id.ID
	On     day.Day
}

// judge tells what becomes of each entry, given whom of them the caller may
// record and whether that person's receipt stands already.
func (c Circular) judge(entries []Entry, stands map[id.ID]bool, today day.Day) []Outcome {
	out := make([]Outcome, len(entries))
	seen := map[id.ID]bool{}
	for i, e := range entries {
		has, addressed := stands[e.Person]
		switch {
		case !addressed:
			out[i] = NotAddressed
		case has || seen[e.Person]:
			out[i] = Already
		case e.On.Before(c.Signed) || e.On.After(today):
			out[i] = DayImpossible
		default:
			out[i] = Recorded
			seen[e.Person] = true
		}
	}
	return out
}

// Count is how many were addressed and how many confirmed.
type Count struct {
	OPD          id.ID
	OPDName      string
	Addressed    int32
	Acknowledged int32
	OnPaper      int32
}

// Addressee is a person addressed, with the receipt when there is one.
type Addressee struct {
	Person  id.ID
	Name    string
	OPD     id.ID
	Receipt *Receipt
	nameKey string
}

// Mine is a circular addressed to the caller.
type Mine struct {
	Circular Circular
	On       *day.Day
}
