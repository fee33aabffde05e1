package deadline

import (
	"cmp"
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Running is a clock and what it comes to today.
type Running struct {
	Term
	Clock Clock
}

// Counter computes terms in one transaction: it reads the calendar and the zone
// of the government once, and each rule once.
type Counter struct {
	Law
	tx    *db.Tx
	rules map[string]catalog.DeadlineRule
}

// NewCounter makes a counter of the government's calendar as known today.
func NewCounter(tx *db.Tx) (*Counter, error) {
	zone, err := government.ZoneTx(tx)
	if err != nil {
		return nil, err
	}
	today := tx.Today(zone)
	return newCounterAsOf(tx, Law{Zone: zone, Today: today}, today)
}

// newCounterAsOf counts with the holidays known on a day.
func newCounterAsOf(tx *db.Tx, l Law, asOf day.Day) (*Counter, error) {
	var err error
	l.Calendar, err = catalog.CalendarAsOfTx(tx, asOf)
	return &Counter{Law: l, tx: tx, rules: map[string]catalog.DeadlineRule{}}, err
}

// Of computes the term of a rule from the day of an event. ok is false when no
// such rule stood on that day: a government may have struck it.
func (c *Counter) Of(code string, s Start) (t Term, ok bool, err error) {
	r, ok, err := c.rule(code, s.On)
	if err != nil || !ok {
		return t, ok, err
	}
	return c.Term(r, s), true, nil
}

// rule finds the row of a rule on a day; one that held before is not read again.
func (c *Counter) rule(code string, on day.Day) (catalog.DeadlineRule, bool, error) {
	if r, ok := c.rules[code]; ok && r.On(on) {
		return r, true, nil
	}
	r, err := catalog.ViewTx[catalog.DeadlineRule](c.tx, catalog.DeadlineRuleKind, code, on)
	if f, refused := fault.As(err); refused && f.Kind == fault.Rule {
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	c.rules[code] = r
	return r, true, nil
}

// Running counts clocks, soonest first. One whose rule no longer stands in the
// reference data does not run.
func (c *Counter) Running(clocks []Clock) ([]Running, error) {
	out := make([]Running, 0, len(clocks))
	for _, k := range clocks {
		t, ok, err := c.Of(k.Rule, k.start())
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, Running{Clock: k, Term: t})
		}
	}
	slices.SortStableFunc(out, func(a, b Running) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Clock.Rule, b.Clock.Rule))
	})
	return out, nil
}

// TermTx computes one term as known today, for what keeps the day itself. It
// refuses a rule that no row names.
func TermTx(tx *db.Tx, code string, from day.Day) (Term, error) {
	c, err := NewCounter(tx)
	if err != nil {
		return Term{}, err
	}
	r, err := catalog.ViewTx[catalog.DeadlineRule](tx, catalog.DeadlineRuleKind, code, from)
	if err != nil {
		return Term{}, err
	}
	return c.Term(r, Start{On: from}), nil
}

// OfTx gives the running clocks of an object, soonest first: for read models
// that show ageing.
func OfTx(tx *db.Tx, o Object) ([]Running, error) {
	clocks, err := runningOf(tx, o)
	if err != nil {
		return nil, err
	}
	c, err := NewCounter(tx)
	if err != nil {
		return nil, err
	}
	return c.Running(clocks)
}

// KeepTx makes the running clocks of an object those of a list and gives them as
// they are kept: what is new begins, what is missing ends on a day, the rest
// goes on. Whoever owns the object holds its row while it does.
func KeepTx(tx *db.Tx, o Object, clocks []Clock, on day.Day) ([]Clock, error) {
	have, err := runningOf(tx, o)
	if err != nil {
		return nil, err
	}
	for _, k := range have {
		if !slices.ContainsFunc(clocks, func(x Clock) bool { return x.ID == k.ID }) {
			if err := stop(tx, k, on); err != nil {
				return nil, err
			}
		}
	}
	out := slices.Clone(clocks)
	for i, k := range out {
		if k.ID == id.Nil {
			if out[i], err = begin(tx, o, k); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// RunTx lets one rule run for an object, or ends it: for objects with a single
// clock.
func RunTx(tx *db.Tx, o Object, k Clock, runs bool, on day.Day) error {
	have, err := runningOf(tx, o)
	if err != nil || runs == (len(have) > 0) {
		return err
	}
	if runs {
		_, err = begin(tx, o, k)
		return err
	}
	_, err = KeepTx(tx, o, nil, on)
	return err
}

// stop ends a clock on the day of the step it asked for. A step that came after
// its term is a fact even where no sweep has seen it: what happened is often
// entered later.
func stop(tx *db.Tx, k Clock, on day.Day) error {
	c, err := NewCounter(tx)
	if err != nil {
		return err
	}
	t, ok, err := c.Of(k.Rule, k.start())
	if err != nil {
		return err
	}
	if ok && t.Over(on) {
		if err := miss(tx, Running{Clock: k, Term: t}, c.Today); err != nil {
			return err
		}
	}
	return end(tx, k, on)
}

// begin writes a new clock with the day it comes to.
func begin(tx *db.Tx, o Object, k Clock) (Clock, error) {
	c, err := NewCounter(tx)
	if err != nil {
		return k, err
	}
	t, ok, err := c.Of(k.Rule, k.start())
	if err != nil {
		return k, err
	}
	if ok {
		k = k.came(t)
	}
	k.ID, k.Object, k.Level, k.Version = tx.NewUnorderedID(), o, OnTime, 1
	return k, insert(tx, k)
}

// SetTx puts the day that an official set in the place of the computed one of an
// object's clocks; nil gives them the computed one back.
func SetTx(tx *db.Tx, o Object, set *day.Day) error {
	have, err := OfTx(tx, o)
	if err != nil {
		return err
	}
	for _, t := range have {
		k := t.Clock.came(t.Term)
		k.Set, k.Version = set, k.Version+1
		if k.Due = set; set == nil {
			k.Due = k.Computed
		}
		if err := saved(save(tx, k)); err != nil {
			return err
		}
	}
	return nil
}

// saved turns a clock that somebody else changed meanwhile into a refusal.
func saved(ok bool, err error) error {
	if err == nil && !ok {
		return fault.New(fault.Conflict, "deadline.changed").Allowing(nil)
	}
	return err
}
