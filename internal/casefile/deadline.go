package casefile

import (
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// Clock is a term that runs: the rule of the reference data and the day of the
// event it is counted from. Days are counted anew at every reading, so that a
// holiday decreed late moves what still runs.
type Clock struct {
	Rule string  `json:"rule"`
	From day.Day `json:"from"`
}

// The rules of the steps.
const (
	ruleFollowUp       = "ppk_follow_up_recommendation"
	ruleFirstSummons   = "first_summons_notice"
	ruleSecondSummons  = "second_summons"
	RuleDelivery       = "decision_delivery"
	RuleEffect         = "sanction_effective"
	RuleObjection      = "objection_filing"
	RuleObjectionReply = "objection_official_response"
	RuleObjectionEnd   = "objection_decision"
	RuleAppeal         = "appeal_filing"
	RuleAppealReply    = "appeal_ppk_response"
	RuleAppealEnd      = "appeal_decision"
)

// Start begins a term anew.
func (c *Case) Start(rule string, from day.Day) {
	c.Stop(rule)
	c.Clocks = append(c.Clocks, Clock{Rule: rule, From: from})
}

// Stop ends terms.
func (c *Case) Stop(rules ...string) {
	c.Clocks = slices.DeleteFunc(slices.Clone(c.Clocks), func(k Clock) bool { return slices.Contains(rules, k.Rule) })
}

// Deadline is a running term with its computed day and how that came about.
type Deadline struct {
	Rule    catalog.DeadlineRule
	Count   catalog.Count
	Overdue bool
}

// law counts terms for one reading.
type law struct {
	tx       *db.Tx
	calendar catalog.Calendar
	today    day.Day
	rules    map[string]catalog.DeadlineRule
}

func newLaw(tx *db.Tx, today day.Day) (law, error) {
	c, err := catalog.CalendarTx(tx)
	return law{tx: tx, calendar: c, today: today, rules: map[string]catalog.DeadlineRule{}}, err
}

// rule finds the row of a rule on a day; one that held before is not read again.
func (l law) rule(code string, on day.Day) (catalog.DeadlineRule, bool, error) {
	if r, ok := l.rules[code]; ok && r.On(on) {
		return r, true, nil
	}
	r, err := catalog.ViewTx[catalog.DeadlineRule](l.tx, catalog.DeadlineRuleKind, code, on)
	if f, refused := fault.As(err); refused && f.Kind == fault.Rule {
		return r, false, nil
	}
	l.rules[code] = r
	return r, err == nil, err
}

// deadlines counts the running terms of a case, soonest first. A term whose
// rule no longer stands in the reference data does not run.
func (l law) deadlines(c Case) ([]Deadline, error) {
	var out []Deadline
	for _, k := range c.Clocks {
		r, ok, err := l.rule(k.Rule, k.From)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		count, ok := r.Count(k.From, l.calendar)
		if !ok {
			continue
		}
		out = append(out, Deadline{Rule: r, Count: count, Overdue: r.Counting == catalog.DueBy && l.today.After(count.Day)})
	}
	slices.SortStableFunc(out, func(a, b Deadline) int { return a.Count.Day.Compare(b.Count.Day) })
	return out, nil
}
