package sanction

import (
	"context"
	"fmt"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service is the use cases of sanctions.
type Service struct {
	db    *db.DB
	cases *casefile.Service
}

// NewService joins the service to the database and to the cases below it.
func NewService(d *db.DB, cases *casefile.Service) *Service { return &Service{db: d, cases: cases} }

// File is a sanction with its case and remedies, as one viewer may see it.
type File struct {
	Sanction
	Of       casefile.Case
	Contests []Contest
	Steps    []string
}

// List lists sanctions, newest decision first; the reading is noted.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[File], error) {
	var out []File
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := list(tx, f, r)
		if err != nil {
			return err
		}
		if out, err = s.files(tx, rows); err != nil {
			return err
		}
		seen := make([]id.ID, 0, len(rows))
		for _, one := range rows[:min(len(rows), r.Limit)] {
			seen = append(seen, one.ID)
		}
		return journal.Note(tx, journal.Entry{Action: "sanction.listed", Object: "account", ObjectID: tx.Scope().Principal().ID,
			Details: map[string]any{"sanction_ids": seen}})
	})
	return page.Cut(r, out, func(f File) []string { return []string{f.DecidedOn.String(), f.ID.String()} }), err
}

// files adds case and remedies to sanctions that the caller may see.
func (s *Service) files(tx *db.Tx, rows []Sanction) ([]File, error) {
	var ids, of []id.ID
	for _, r := range rows {
		ids, of = append(ids, r.ID), append(of, r.Case)
	}
	cases, err := s.cases.ByIDsTx(tx, of)
	if err != nil {
		return nil, err
	}
	remedies, err := contests(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]File, 0, len(rows))
	for _, r := range rows {
		out = append(out, file(tx.Scope(), r, cases[r.Case], remedies[r.ID]))
	}
	return out, nil
}

func file(scope authz.Scope, s Sanction, c casefile.Case, remedies []Contest) File {
	return File{Sanction: s, Of: c, Contests: remedies, Steps: c.SanctionSteps(c.ViewOf(scope), scope.May)}
}

// Get reads one sanction; the reading is noted.
func (s *Service) Get(ctx context.Context, sid id.ID) (f File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		one, err := find(tx, sid, false)
		if err != nil {
			return err
		}
		if f, err = s.one(tx, one); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "sanction.read", Object: "sanction", ObjectID: sid})
	})
	return f, err
}

func (s *Service) one(tx *db.Tx, of Sanction) (File, error) {
	out, err := s.files(tx, []Sanction{of})
	if err != nil {
		return File{}, err
	}
	return out[0], nil
}

// Imposition is a decision letter that imposes a sanction.
type Imposition struct {
	Case          id.ID
	Letter        casefile.Letter
	EffectiveRule string // chosen by the class when empty
}

// Impose records a sanction.
func (s *Service) Impose(ctx context.Context, in Imposition) (f File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		one, err := s.ImposeTx(tx, in)
		if err != nil {
			return err
		}
		f, err = s.one(tx, one)
		return err
	})
	return f, err
}

// ImposeTx records a sanction in the caller's transaction: the case is decided
// with all its guards, then what it imposes is written.
func (s *Service) ImposeTx(tx *db.Tx, in Imposition) (Sanction, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Sanction{}, err
	}
	if err := checkIsSanction(in.Letter.SanctionType); err != nil {
		return Sanction{}, err
	}
	one := Sanction{ID: tx.NewID(), Version: 1}
	c, d, kind, err := s.cases.DecideTx(tx, in.Case, in.Letter)
	if err != nil {
		return one, err
	}
	one.Case, one.Decision, one.Subject, one.State = c.ID, d.ID, c.Subject, Imposed
	one.DecisionNumber, one.DecidedOn, one.SignatoryTitle, one.LegalBasis, one.RecordedLater = d.Number, d.DecidedOn, d.SignatoryTitle, d.LegalBasis, d.RecordedLater
	one.become(kind)
	if one.EffectiveRule, err = effectiveRule(tx, in, kind); err != nil {
		return one, err
	}
	if err := insert(tx, tenant, one); err != nil {
		return one, err
	}
	return one, journal.Note(tx, journal.Entry{Action: "sanction.imposed", Object: "sanction", ObjectID: one.ID,
		Details: map[string]any{"case_id": c.ID, "sanction_type": one.Kind}})
}

// become takes over what a kind says.
func (s *Sanction) become(k catalog.SanctionType) {
	s.Kind, s.Class, s.Level, s.AuthorityLevel, s.DurationMonths = k.Code, k.Class, k.Level, k.AuthorityLevel, int32(k.DurationMonths)
}

// effectiveRule checks the rule named, or takes the usual one.
func effectiveRule(tx *db.Tx, in Imposition, kind catalog.SanctionType) (string, error) {
	if in.EffectiveRule == "" {
		return usualRule(kind.Class), nil
	}
	if in.EffectiveRule == OnReceipt {
		return OnReceipt, nil
	}
	r, err := catalog.ViewTx[catalog.DeadlineRule](tx, catalog.DeadlineRuleKind, in.EffectiveRule, in.Letter.DecidedOn)
	if err != nil {
		return "", err
	}
	if r.Counting != catalog.TakesEffectOn {
		return "", fault.New(fault.Rule, "sanction.rule_without_effect").At("/effective_rule", "sanction.rule_without_effect")
	}
	return r.Code, nil
}

// stepTx takes a step on a sanction: the case's machine decides whether it may be
// taken, f changes the sanction and says where the case goes.
func (s *Service) stepTx(tx *db.Tx, sid id.ID, step casefile.Step, on func(Sanction) day.Day, reason string,
	f func(one *Sanction, c *casefile.Case, later bool) (casefile.State, error)) (Sanction, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Sanction{}, err
	}
	one, err := find(tx, sid, true)
	if err != nil {
		return one, err
	}
	var c casefile.Case
	c, err = s.cases.MoveTx(tx, one.Case, casefile.Taken{Step: step, On: on(one), Reason: reason}, func(c *casefile.Case, later bool) (casefile.State, error) {
		return f(&one, c, later)
	})
	if err != nil {
		return one, err
	}
	one.State, one.Version = stateOf(c.State), one.Version+1
	if err := update(tx, tenant, one); err != nil {
		return one, err
	}
	return one, journal.Note(tx, journal.Entry{Action: "sanction.step_taken", Object: "sanction", ObjectID: sid, Details: map[string]any{"step": step}})
}

func (s *Service) step(ctx context.Context, do func(tx *db.Tx) (Sanction, error)) (f File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		one, err := do(tx)
		if err != nil {
			return err
		}
		f, err = s.one(tx, one)
		return err
	})
	return f, err
}

func onDay(d day.Day) func(Sanction) day.Day { return func(Sanction) day.Day { return d } }

// Deliver records how and when the decision reached the person.
func (s *Service) Deliver(ctx context.Context, sid id.ID, kind string, received day.Day) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.DeliverTx(tx, sid, kind, received) })
}

// DeliverTx does so in the caller's transaction.
func (s *Service) DeliverTx(tx *db.Tx, sid id.ID, kind string, received day.Day) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.Delivering, onDay(received), "", func(one *Sanction, c *casefile.Case, _ bool) (casefile.State, error) {
		one.DeliveryKind = kind
		c.Stop(casefile.RuleDelivery)
		if one.Class != ethics {
			one.ReceivedOn = &received
			c.Start(one.filing())
		}
		return casefile.Delivered, one.receive(tx, c, received)
	})
}

// receive counts the day of effect from the receipt of the decision.
func (s *Sanction) receive(tx *db.Tx, c *casefile.Case, received day.Day) error {
	s.ReceivedOn, s.ComputedEffectiveOn, s.Counted = &received, &received, nil
	if s.EffectiveRule == OnReceipt {
		return nil
	}
	t, err := deadline.TermTx(tx, s.EffectiveRule, received)
	if err != nil {
		return err
	}
	s.ComputedEffectiveOn, s.Counted = &t.Day, counted(t)
	c.Start(s.EffectiveRule, received)
	return nil
}

// PutIntoEffect puts a sanction into force on the computed day, or on another
// with a reason.
func (s *Service) PutIntoEffect(ctx context.Context, sid id.ID, other *day.Day, reason string) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.PutIntoEffectTx(tx, sid, other, reason) })
}

// PutIntoEffectTx does so in the caller's transaction.
func (s *Service) PutIntoEffectTx(tx *db.Tx, sid id.ID, other *day.Day, reason string) (Sanction, error) {
	on := func(one Sanction) day.Day {
		switch {
		case other != nil:
			return *other
		case one.ComputedEffectiveOn != nil:
			return *one.ComputedEffectiveOn
		}
		return day.Day{}
	}
	return s.stepTx(tx, sid, casefile.Effecting, on, reason, func(one *Sanction, c *casefile.Case, _ bool) (casefile.State, error) {
		if err := one.checkOverride(on(*one), reason); err != nil {
			return "", err
		}
		one.OverrideReason = reason
		one.takeEffect(on(*one))
		c.Stop(one.EffectiveRule, casefile.RuleObjection, casefile.RuleAppeal)
		return casefile.InForce, nil
	})
}

// Contest records an objection or an appeal.
func (s *Service) Contest(ctx context.Context, sid id.ID, in Contest) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.ContestTx(tx, sid, in) })
}

// ContestTx does so in the caller's transaction. A late one is marked, never
// refused: the terms are unsure, and admitting it is for those who decide.
func (s *Service) ContestTx(tx *db.Tx, sid id.ID, in Contest) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.Contesting, onDay(in.FiledOn), "", func(one *Sanction, c *casefile.Case, later bool) (casefile.State, error) {
		if err := one.checkContest(in.Kind); err != nil {
			return "", err
		}
		var err error
		if in.Late, err = one.late(tx, in.FiledOn); err != nil {
			return "", err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return "", err
		}
		in.ID, in.RecordedLater = tx.NewID(), later
		c.Stop(one.EffectiveRule, casefile.RuleObjection, casefile.RuleAppeal)
		for _, rule := range remedyRules(in.Kind, one.Class) {
			c.Start(rule, in.FiledOn)
		}
		return casefile.Contested, insertContest(tx, tenant, sid, in)
	})
}

// remedyRules are the terms that a remedy starts; the ethics rules have none.
func remedyRules(kind, class string) []string {
	switch {
	case class == ethics:
		return nil
	case kind == appeal:
		return []string{casefile.RuleAppealReply, casefile.RuleAppealEnd}
	}
	return []string{casefile.RuleObjectionReply, casefile.RuleObjectionEnd}
}

// late reports whether a remedy was filed after its time.
func (s Sanction) late(tx *db.Tx, filed day.Day) (bool, error) {
	if s.Class == ethics {
		return false, nil
	}
	code, from := s.filing()
	t, err := deadline.TermTx(tx, code, from)
	return t.Over(filed), err
}

// ClockMovedTx takes over the day of effect to which a clock of the case came,
// while the sanction waits for it: a holiday was decreed late.
func (s *Service) ClockMovedTx(tx *db.Tx, k deadline.Running) error {
	one, found, err := awaitingEffect(tx, k.Clock.Object.ID)
	if err != nil || !found || one.EffectiveRule != k.Rule.Code {
		return err
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	one.ComputedEffectiveOn, one.Counted, one.Version = &k.Day, counted(k.Term), one.Version+1
	return update(tx, tenant, one)
}

// Ruling is what was decided on a remedy.
type Ruling struct {
	Outcome        string
	DecidedOn      day.Day
	DecidedBy      string
	DecisionNumber string
	Kind           string   // the new kind, for all but confirm and annul
	ReceivedOn     *day.Day // of the changed decision; the day of the ruling when nil
}

// DecideContest records the ruling on the open remedy.
func (s *Service) DecideContest(ctx context.Context, sid id.ID, in Ruling) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.DecideContestTx(tx, sid, in) })
}

// DecideContestTx does so in the caller's transaction.
func (s *Service) DecideContestTx(tx *db.Tx, sid id.ID, in Ruling) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.ContestDeciding, onDay(in.DecidedOn), "", func(one *Sanction, c *casefile.Case, _ bool) (casefile.State, error) {
		all, err := contests(tx, []id.ID{sid})
		if err != nil {
			return "", err
		}
		if len(all[sid]) == 0 {
			return "", fmt.Errorf("sanction: %s is contested by nothing", sid)
		}
		remedy := all[sid][len(all[sid])-1]
		remedy.Outcome, remedy.DecidedOn, remedy.DecidedBy, remedy.DecisionNumber = in.Outcome, &in.DecidedOn, in.DecidedBy, in.DecisionNumber
		remedy.OldKind = one.Kind
		c.Stop(casefile.RuleObjectionReply, casefile.RuleObjectionEnd, casefile.RuleAppealReply, casefile.RuleAppealEnd)
		to, err := s.rule(tx, one, c, in)
		if err != nil {
			return "", err
		}
		remedy.NewKind = one.Kind
		return to, updateContest(tx, remedy)
	})
}

// rule carries out a ruling and says where the case goes.
func (s *Service) rule(tx *db.Tx, one *Sanction, c *casefile.Case, in Ruling) (casefile.State, error) {
	needsKind := in.Outcome != confirm && in.Outcome != annul
	if needsKind != (in.Kind != "") {
		return "", fault.New(fault.Rule, "sanction.ruling_kind").At("/sanction_type", "sanction.ruling_kind")
	}
	switch in.Outcome {
	case confirm:
		if one.EffectiveOn == nil {
			one.takeEffect(in.DecidedOn)
		}
		return casefile.InForce, nil
	case annul:
		return casefile.Closed, s.cases.CancelTx(tx, c, in.DecidedOn)
	}
	received := in.DecidedOn
	if in.ReceivedOn != nil {
		received = *in.ReceivedOn
	}
	if received.Before(in.DecidedOn) {
		return "", fault.New(fault.Rule, "case.days_inverted").At("/received_on", "case.days_inverted")
	}
	return casefile.Delivered, s.change(tx, one, c, in, received)
}

// change puts the kind of a ruling in the place of the old one; it takes effect
// counted from the receipt of the new letter.
func (s *Service) change(tx *db.Tx, one *Sanction, c *casefile.Case, in Ruling, received day.Day) error {
	before, err := casefile.SeverityTx(tx, one.AuthorityLevel, in.DecidedOn)
	if err != nil {
		return err
	}
	kind, err := s.cases.ReviseTx(tx, *c, in.Kind, in.DecidedOn)
	if err != nil {
		return err
	}
	after, err := casefile.SeverityTx(tx, kind.AuthorityLevel, in.DecidedOn)
	if err != nil {
		return err
	}
	if err := checkChange(in.Outcome, before, after); err != nil {
		return err
	}
	one.become(kind)
	one.EffectiveOn, one.EndsOn, one.OverrideReason = nil, nil, ""
	return one.receive(tx, c, received)
}

// Execution is proof of what was carried out.
type Execution struct {
	On    day.Day
	By    string
	Proof string
}

// Execute records that a sanction was carried out.
func (s *Service) Execute(ctx context.Context, sid id.ID, in Execution) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.ExecuteTx(tx, sid, in) })
}

// ExecuteTx does so in the caller's transaction.
func (s *Service) ExecuteTx(tx *db.Tx, sid id.ID, in Execution) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.Executing, onDay(in.On), "", func(one *Sanction, _ *casefile.Case, _ bool) (casefile.State, error) {
		one.ExecutedOn, one.ExecutedBy, one.ExecutionProof = &in.On, in.By, in.Proof
		if one.DurationMonths > 0 {
			return casefile.Serving, nil
		}
		one.CompletedOn = &in.On
		return casefile.Completed, nil
	})
}

// Complete records that a sanction was served to its end.
func (s *Service) Complete(ctx context.Context, sid id.ID, on day.Day) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.CompleteTx(tx, sid, on) })
}

// CompleteTx does so in the caller's transaction.
func (s *Service) CompleteTx(tx *db.Tx, sid id.ID, on day.Day) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.Completing, onDay(on), "", func(one *Sanction, _ *casefile.Case, _ bool) (casefile.State, error) {
		one.CompletedOn = &on
		return casefile.Completed, one.checkServed(on)
	})
}

// NationalRecord is the entry in I'DIS and SIASN.
type NationalRecord struct {
	On          day.Day
	IDISNumber  string
	SIASNNumber string
}

// RecordNationally records the entry in the national systems.
func (s *Service) RecordNationally(ctx context.Context, sid id.ID, in NationalRecord) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Sanction, error) { return s.RecordNationallyTx(tx, sid, in) })
}

// RecordNationallyTx does so in the caller's transaction.
func (s *Service) RecordNationallyTx(tx *db.Tx, sid id.ID, in NationalRecord) (Sanction, error) {
	return s.stepTx(tx, sid, casefile.NationalRecord, onDay(in.On), "", func(one *Sanction, c *casefile.Case, _ bool) (casefile.State, error) {
		if in.IDISNumber == "" && in.SIASNNumber == "" {
			return "", fault.New(fault.Rule, "sanction.record_number_needed").At("/idis_number", "sanction.record_number_needed")
		}
		one.NationalRecordOn = &in.On
		if in.IDISNumber != "" {
			one.IDISNumber = in.IDISNumber
		}
		if in.SIASNNumber != "" {
			one.SIASNNumber = in.SIASNNumber
		}
		return c.State, nil
	})
}
