package casefile

import (
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type (
	// Clock is a term that runs; package deadline counts.
	Clock = deadline.Clock
	// Deadline is what it comes to today.
	Deadline = deadline.Running
)

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

// object names the case to its clocks.
func (c Case) object() deadline.Object { return deadline.Object{Kind: deadline.Case, ID: c.ID} }

// keepClocks writes which terms run from a day on and reads them as they are
// kept.
func keepClocks(tx *db.Tx, c *Case, on day.Day) (err error) {
	c.Clocks, err = deadline.KeepTx(tx, c.object(), c.Clocks, on)
	return err
}

// nextToAct is the soonest term by which somebody has to act; nil when none
// runs.
func nextToAct(running []Deadline) *Deadline {
	i := slices.IndexFunc(running, func(d Deadline) bool { return d.Rule.Counting == catalog.DueBy })
	if i < 0 {
		return nil
	}
	return &running[i]
}

// ownTerm reports whether a term is the subject's to keep, who looks at it.
func ownTerm(v View, d Deadline) bool {
	return v == AsSubject && d.Rule.MustAct == catalog.SubjectOfCase
}

// ClockStepTx writes into the history of a case that one of its clocks was
// stopped, went on or got longer; package deadline holds the rule and the limit.
func (s *Service) ClockStepTx(tx *db.Tx, cid id.ID, t deadline.Change) error {
	_, err := s.moveTx(tx, cid, Taken{Step: clockSteps[t.Step], On: t.On, Reason: t.Reason}, func(c *Case, _ bool) (State, error) { return c.State, nil })
	return err
}

var clockSteps = map[deadline.Step]Step{deadline.Pausing: Pausing, deadline.Resuming: Resuming, deadline.Extending: Extending}
