package report

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// change is a step being taken.
type change struct {
	tx     *db.Tx
	locker locker
	tenant int32
	today  day.Day
	report *Report
	step   *Step
}

// take takes one step with a report the caller may see: state, history and
// journal in one transaction. on is the day it really happened.
func (s *Service) take(ctx context.Context, rid id.ID, a Action, on *day.Day, f func(change) error) (r Report, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		x, found, err := find(tx, rid, today, true)
		if err != nil {
			return err
		}
		r = found
		to := r.State
		if !isAlways(a) {
			if to, err = r.next(a, tx.Scope().May); err != nil {
				return err
			}
		}
		step := Step{Action: a, From: r.State, To: to, Day: today, by: actor(tx)}
		if on != nil {
			step.Day, step.RecordedLater = *on, on.Before(today)
		}
		if err := r.accepts(step, today); err != nil {
			return err
		}
		r.State = to
		if to != Incomplete {
			r.AnswerBy = nil
		}
		if err := f(change{tx, s.vault.of(x.TenantID, rid), x.TenantID, today, &r, &step}); err != nil {
			return err
		}
		if err := s.vault.of(x.TenantID, rid).insertStep(tx, x.TenantID, rid, step); err != nil {
			return err
		}
		r.Updated, r.Version = today, r.Version+1
		if err := update(tx, r); err != nil {
			return err
		}
		if err := noteStep(tx, r, step); err != nil {
			return err
		}
		r, err = s.vault.load(tx, x, r)
		return err
	})
	return r, err
}

func isAlways(a Action) bool {
	return slices.ContainsFunc(always, func(t transition) bool { return t.action == a })
}

// accepts holds a step's day between receipt and today.
func (r Report) accepts(s Step, today day.Day) error {
	if s.Day.After(today) {
		return fault.New(fault.Rule, "report.days_wrong").At("/taken_on", "report.day_in_future")
	}
	if s.Day.Before(r.Received) {
		return fault.New(fault.Rule, "report.days_wrong").At("/taken_on", "report.before_receipt")
	}
	return nil
}

// Verify takes a report into verification.
func (s *Service) Verify(ctx context.Context, rid id.ID, on *day.Day) (Report, error) {
	return s.take(ctx, rid, Verification, on, func(change) error { return nil })
}

// AskCompletion puts a question to the reporter and waits for the answer until
// a day; then the report goes on without it.
func (s *Service) AskCompletion(ctx context.Context, rid id.ID, question string, by day.Day, on *day.Day) (Report, error) {
	return s.take(ctx, rid, CompletionRequest, on, func(c change) error {
		if by.Before(c.step.Day) {
			return fault.New(fault.Rule, "report.days_wrong").At("/answer_by", "report.day_before_question")
		}
		c.report.AnswerBy = &by
		return c.locker.insertMessage(c.tx, c.tenant, rid, Message{Sender: Officer, Kind: Question, Text: question, Sent: c.step.Day, AnswerBy: &by})
	})
}

// Reject ends a report that does not concern neutrality or has no substance.
func (s *Service) Reject(ctx context.Context, rid id.ID, reason string, on *day.Day) (Report, error) {
	return s.take(ctx, rid, Rejection, on, func(c change) error { c.step.Note.Reason = reason; return nil })
}

// MarkDuplicate joins a report to another one about the same act; both keep
// their numbers and days.
func (s *Service) MarkDuplicate(ctx context.Context, rid, of id.ID, on *day.Day) (Report, error) {
	return s.take(ctx, rid, MarkDuplicate, on, func(c change) error {
		_, original, err := find(c.tx, of, c.today, false)
		if err != nil {
			return err
		}
		if of == rid || original.State == Duplicate {
			return fault.New(fault.Rule, "report.duplicate_ring").At("/report_id", "report.duplicate_ring")
		}
		c.report.DuplicateOf = &of
		return nil
	})
}

// Refer passes a report on to the body that it concerns.
func (s *Service) Refer(ctx context.Context, rid id.ID, to *id.ID, n Note, on *day.Day) (Report, error) {
	return s.take(ctx, rid, Referral, on, func(c change) error {
		if (to == nil) == (n.Addressee == "") {
			return fault.New(fault.Rule, "report.addressee_needed").At("/organisation_id", "report.addressee_needed")
		}
		if to != nil {
			if _, err := organisation.GetTx(c.tx, *to); err != nil {
				return err
			}
		}
		c.step.Organisation, c.step.Note = to, n
		return nil
	})
}

// Withdraw records that the reporter takes the report back.
func (s *Service) Withdraw(ctx context.Context, rid id.ID, reason string, on *day.Day) (Report, error) {
	return s.take(ctx, rid, Withdrawal, on, func(c change) error { c.step.Note.Reason = reason; return nil })
}

// Write adds a message: an officer's to the reporter, or the reporter's own
// when the report was filed with an account. The reporter's message is the
// answer that an incomplete report waits for.
func (s *Service) Write(ctx context.Context, rid id.ID, text string) (Report, error) {
	return s.take(ctx, rid, Messaging, nil, func(c change) error {
		if c.report.Channel == NoReporter {
			return fault.New(fault.Rule, "report.no_reporter")
		}
		m := Message{Sender: Officer, Kind: Plain, Text: text, Sent: c.today}
		if c.tx.Scope().Reach() != authz.Whole {
			m.Sender = Reporter
			c.answered()
		}
		return c.locker.insertMessage(c.tx, c.tenant, rid, m)
	})
}

// answered ends the waiting for an answer.
func (c change) answered() {
	if c.report.State == Incomplete {
		c.report.State, c.report.AnswerBy = Received, nil
		c.step.Action, c.step.To = Answer, Received
	}
}

// Match says which person of the registry a subject is: one the reporter named
// (no), or a further one. Whoever was matched before stays behind the wall.
// seen is false when the caller turns out to be behind it.
func (s *Service) Match(ctx context.Context, rid id.ID, no *int32, sub Subject) (r Report, seen bool, err error) {
	r, err = s.take(ctx, rid, Matching, nil, func(c change) error {
		if sub.ASN != nil {
			p, err := asn.GetTx(c.tx, *sub.ASN)
			if err != nil {
				return err
			}
			sub.ASN, sub.Kind = &p.ID, SubjectASN
		}
		if err := matchTx(c, rid, no, sub); err != nil {
			return err
		}
		if err := relieve(c, rid); err != nil {
			return err
		}
		_, _, err := find(c.tx, rid, c.today, false)
		seen = err == nil
		if f, ok := fault.As(err); ok && f.Kind == fault.NotFound {
			return nil
		}
		return err
	})
	return r, seen, err
}

// relieve takes the report from a handler who turns out to be behind the wall:
// it never stays with a conflicted one, and is seen to have none (T-12).
func relieve(c change, rid id.ID) error {
	if c.report.Handler == nil {
		return nil
	}
	behind, err := walled(c.tx, rid, *c.report.Handler, c.today)
	if err != nil || !behind {
		return err
	}
	c.report.Handler = nil
	return note(c.tx, "report.handler_relieved", rid, nil)
}

func matchTx(c change, rid id.ID, no *int32, sub Subject) error {
	if no == nil {
		next, err := nextNo(c.tx, "report_subject", rid)
		if err != nil {
			return err
		}
		sub.No, sub.AddedBy = next, Officer
		return c.locker.insertSubject(c.tx, c.tenant, rid, sub, c.today)
	}
	if sub.ASN == nil {
		return fault.New(fault.Rule, "report.match_needed").At("/asn_id", "field.required")
	}
	if err := updateSubject(c.tx, rid, *no, *sub.ASN); err != nil {
		return err
	}
	return insertSubjectPerson(c.tx, c.tenant, rid, *no, *sub.ASN, c.today)
}

// Assign puts an officer in charge; nobody behind the wall can be.
func (s *Service) Assign(ctx context.Context, rid, person id.ID) (Report, error) {
	return s.take(ctx, rid, Assignment, nil, func(c change) error {
		p, err := asn.GetTx(c.tx, person)
		if err != nil {
			return err
		}
		behind, err := walled(c.tx, rid, p.ID, c.today)
		if err != nil {
			return err
		}
		if behind {
			return fault.New(fault.Rule, "report.handler_conflicted").At("/asn_id", "report.handler_conflicted")
		}
		c.report.Handler = &p.ID
		return nil
	})
}

// Recuse takes somebody off a report for good: a person of the registry, or
// without one the caller. A handler who is recused is relieved.
func (s *Service) Recuse(ctx context.Context, rid id.ID, person *id.ID, reason string) error {
	_, err := s.take(ctx, rid, Recusal, nil, func(c change) error {
		var user *id.ID
		if person == nil {
			p := c.tx.Scope().Principal()
			user = &p.ID
			if p.Person != id.Nil {
				person = &p.Person
			}
		}
		if person != nil {
			p, err := asn.GetTx(c.tx, *person)
			if err != nil {
				return err
			}
			person = &p.ID
		}
		if person != nil && c.report.Handler != nil && *person == *c.report.Handler {
			c.report.Handler = nil
		}
		return c.locker.insertRecusal(c.tx, c.tenant, rid, person, user, reason, c.today)
	})
	return err
}
