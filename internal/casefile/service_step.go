package casefile

import (
	"context"
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Taken is one step: what, on which legal day, and why.
type Taken struct {
	Step   Step
	On     day.Day
	Reason string
}

// moveTx takes a step: it finds the case among those the caller handles, holds
// the step against the machine and the days, lets f do the step's own work and
// say where it leads, and records it.
func (s *Service) moveTx(tx *db.Tx, cid id.ID, t Taken, f func(c *Case, later bool) (State, error)) (Case, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Case{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Case{}, err
	}
	c, err := find(s.master, handled(tx), cid, true)
	if err == nil {
		err = tx.Match(c.ID, c.Version, true)
	}
	if err != nil {
		return c, err
	}
	row, ok := transition(t.Step)
	if !ok || !slices.Contains(row.From, c.State) {
		return c, s.refuse(tx, c, row)
	}
	if err := c.checkDay(t.On, today); err != nil {
		return c, err
	}
	from, later := c.State, t.On.Before(today)
	to, err := f(&c, later)
	if err != nil {
		return c, err
	}
	if !row.leads(from, to) {
		return c, fmt.Errorf("casefile: %s does not lead from %s to %s", t.Step, from, to)
	}
	c.State, c.Version = to, c.Version+1
	if len(row.To) > 0 {
		c.StateSince = t.On
	}
	if err := update(tx, s.master, tenant, c); err != nil {
		return c, err
	}
	if err := keepClocks(tx, &c, t.On); err != nil {
		return c, err
	}
	return c, s.record(tx, tenant, c, Entry{Step: t.Step, From: from, To: to, On: t.On, Reason: t.Reason, RecordedLater: later})
}

// refuse answers a wrong step with those that are open instead.
func (s *Service) refuse(tx *db.Tx, c Case, row Transition) error {
	view := c.ViewOf(tx.Scope())
	if row.OnSanction {
		return refuse(c.SanctionSteps(view, tx.Scope().May))
	}
	return refuse(c.steps(view, tx.Scope().May))
}

// checkDay refuses days that cannot be: steps follow each other.
func (c Case) checkDay(on, today day.Day) error {
	switch {
	case on.After(today):
		return fault.New(fault.Rule, "case.day_in_future", "day", on)
	case on.Before(c.StateSince):
		return fault.New(fault.Rule, "case.before_last_step", "day", c.StateSince)
	}
	return nil
}

// step runs one step in its own transaction and answers the case.
func (s *Service) step(ctx context.Context, f func(tx *db.Tx) (Case, error)) (out File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := f(tx)
		if err != nil {
			return err
		}
		out, err = s.fileTx(tx, c)
		return err
	})
	return out, err
}

// Summon records a summons.
func (s *Service) Summon(ctx context.Context, cid id.ID, in Summons) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.SummonTx(tx, cid, in) })
}

// SummonTx records a summons in the caller's transaction.
func (s *Service) SummonTx(tx *db.Tx, cid id.ID, in Summons) (Case, error) {
	return s.moveTx(tx, cid, Taken{Step: Summoning, On: in.IssuedOn}, func(c *Case, later bool) (State, error) {
		if in.AppearOn.Before(in.IssuedOn) {
			return "", fault.New(fault.Rule, "case.days_inverted").At("/appear_on", "case.days_inverted")
		}
		have, err := summonses(tx, cid)
		if err != nil {
			return "", err
		}
		if in.Sequence, err = nextSummons(c.State, have); err != nil {
			return "", err
		}
		if in.ShortNotice, err = short(tx, in); err != nil {
			return "", err
		}
		in.ID, in.RecordedLater = tx.NewID(), later
		c.Stop(ruleSecondSummons)
		c.Start(ruleFirstSummons, in.IssuedOn)
		tenant, err := tx.Tenant()
		if err != nil {
			return "", err
		}
		return Summoned, insertSummons(tx, tenant, cid, in)
	})
}

// nextSummons numbers a summons: the second follows a missed first; a case that
// was opened again begins with a first one.
func nextSummons(state State, have []Summons) (int32, error) {
	if state == Registered || len(have) == 0 {
		return 1, nil
	}
	last := have[len(have)-1]
	if last.MissedOn == nil {
		return 0, fault.New(fault.Rule, "case.summons_not_missed")
	}
	if last.Sequence == 2 {
		return 0, fault.New(fault.Rule, "case.summons_third")
	}
	return 2, nil
}

// short reports whether a notice is shorter than the rule asks for.
func short(tx *db.Tx, in Summons) (bool, error) {
	l, err := deadline.NewCounter(tx)
	if err != nil {
		return false, err
	}
	notice, ok, err := l.Of(ruleFirstSummons, deadline.Start{On: in.IssuedOn})
	return ok && in.AppearOn.Before(notice.Day), err
}

// Examine records an examination or a missed one.
func (s *Service) Examine(ctx context.Context, cid id.ID, in Examination) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.ExamineTx(tx, cid, in) })
}

// ExamineTx records an examination in the caller's transaction. Absent marks
// the summons as missed; after the second the case goes on with the evidence at
// hand.
func (s *Service) ExamineTx(tx *db.Tx, cid id.ID, in Examination) (Case, error) {
	return s.moveTx(tx, cid, Taken{Step: Examining, On: in.HeldOn}, func(c *Case, later bool) (State, error) {
		if err := in.check(); err != nil {
			return "", err
		}
		have, err := summonses(tx, cid)
		if err != nil {
			return "", err
		}
		last := have[len(have)-1]
		if last.MissedOn != nil {
			return "", fault.New(fault.Rule, "case.summons_missed")
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return "", err
		}
		in.ID, in.RecordedLater = tx.NewID(), later
		if err := insertExamination(tx, s.master, tenant, cid, in); err != nil {
			return "", err
		}
		c.Stop(ruleFirstSummons)
		if in.Outcome != absent {
			return Examined, nil
		}
		if err := markMissed(tx, last.ID, in.HeldOn); err != nil {
			return "", err
		}
		if last.Sequence == 2 {
			return Examined, nil
		}
		c.Start(ruleSecondSummons, in.HeldOn)
		return Summoned, nil
	})
}

// Recommend records the conclusion of the examiners.
func (s *Service) Recommend(ctx context.Context, cid id.ID, in Recommendation) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.RecommendTx(tx, cid, in) })
}

// RecommendTx records the conclusion of the examiners in the caller's
// transaction.
func (s *Service) RecommendTx(tx *db.Tx, cid id.ID, in Recommendation) (Case, error) {
	return s.moveTx(tx, cid, Taken{Step: Recommending, On: in.GivenOn}, func(_ *Case, later bool) (State, error) {
		if !in.Proven && in.SanctionType != "" {
			return "", fault.New(fault.Rule, "case.sanction_of_nothing").At("/sanction_type", "case.sanction_of_nothing")
		}
		if in.SanctionType != "" {
			if _, err := catalog.FindTx(tx, catalog.SanctionTypeKind, in.SanctionType, in.GivenOn); err != nil {
				return "", at(err, "/sanction_type")
			}
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return "", err
		}
		in.ID, in.RecordedLater = tx.NewID(), later
		return Recommended, insertRecommendation(tx, s.master, tenant, cid, in)
	})
}

// Return sends a case back to those who examine.
func (s *Service) Return(ctx context.Context, cid id.ID, on day.Day, reason string) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) {
		return s.moveTx(tx, cid, Taken{Step: Returning, On: on, Reason: reason}, func(*Case, bool) (State, error) { return Examined, nil })
	})
}

// Close ends a case with a reason of the reference data.
func (s *Service) Close(ctx context.Context, cid id.ID, on day.Day, closing, reason string) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.CloseTx(tx, cid, on, closing, reason) })
}

// CloseTx ends a case in the caller's transaction.
func (s *Service) CloseTx(tx *db.Tx, cid id.ID, on day.Day, closing, reason string) (Case, error) {
	return s.moveTx(tx, cid, Taken{Step: Closing, On: on, Reason: reason}, func(c *Case, _ bool) (State, error) {
		if _, err := catalog.FindTx(tx, catalog.ClosingReason, closing, on); err != nil {
			return "", at(err, "/closing_reason")
		}
		if closing == reasonNotProven {
			return "", fault.New(fault.Rule, "case.not_proven_by_decision").At("/closing_reason", "case.not_proven_by_decision")
		}
		if closing == reasonCompleted {
			if err := runItsCourse(tx, *c); err != nil {
				return "", err
			}
		}
		c.ClosingReason, c.ClosedOn = closing, &on
		return Closed, nil
	})
}

// runItsCourse refuses to call completed what is not.
func runItsCourse(tx *db.Tx, c Case) error {
	history, err := entries(tx, c.ID)
	if err != nil {
		return err
	}
	recorded := slices.ContainsFunc(history, func(e Entry) bool { return e.Step == NationalRecord })
	if c.State != Completed || !recorded {
		return fault.New(fault.Rule, "case.not_completed").At("/closing_reason", "case.not_completed")
	}
	return nil
}

// Reopen opens a closed case again.
func (s *Service) Reopen(ctx context.Context, cid id.ID, on day.Day, reason string) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) {
		return s.moveTx(tx, cid, Taken{Step: Reopening, On: on, Reason: reason}, func(c *Case, _ bool) (State, error) {
			if c.ClosingReason == reasonCompleted {
				return "", s.refuse(tx, *c, Transition{})
			}
			history, err := entries(tx, cid)
			if err != nil {
				return "", err
			}
			c.ClosingReason, c.ClosedOn = "", nil
			return reopened(history), nil
		})
	})
}

// reopened tells where a case goes on: where it stood, but to the evidence when
// its decision was that nothing is proven or came to nothing.
func reopened(history []Entry) State {
	last := history[len(history)-1]
	if last.Step == Deciding || last.Step == ContestDeciding {
		return Examined
	}
	return last.From
}
