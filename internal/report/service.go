package report

import (
	"context"
	"errors"
	"slices"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// maxMessages bounds the inbox of one report (T-10).
const maxMessages = 200

func tooManyMessages() error { return fault.New(fault.Conflict, "report.too_many_messages") }

// Service is the use cases of reports.
type Service struct {
	db    *db.DB
	vault vault
}

// NewService joins the service to the database and to the master key.
func NewService(d *db.DB, master *seal.Master) *Service { return &Service{db: d, vault: vault{master}} }

// List lists the reports that the caller may see, newest first, without words.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Report], error) {
	var out []Report
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		out, err = list(tx, f, today, r)
		return err
	})
	return page.Cut(r, out, func(x Report) []string { return []string{x.Received.String(), x.ID.String()} }), err
}

// Get reads one report with its words. That somebody read it is noted before
// the answer leaves.
func (s *Service) Get(ctx context.Context, rid id.ID) (r Report, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		x, found, err := find(tx, rid, today, false)
		if err != nil {
			return err
		}
		if r, err = s.vault.load(tx, x, found); err != nil {
			return err
		}
		return note(tx, "report.read", rid, nil)
	})
	return r, err
}

func note(tx *db.Tx, action string, rid id.ID, details map[string]any) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "report", ObjectID: rid, Details: details})
}

func noteStep(tx *db.Tx, rid id.ID, s Step) error {
	return note(tx, "report."+noted[s.Action], rid, map[string]any{"from": s.From, "to": s.To})
}

// File enters a report on behalf of an account: an officer's, or the filer's
// own. A reporter who has no account gets a tracking code, shown this once.
func (s *Service) File(ctx context.Context, in Submission) (r Report, code string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { r, code, err = s.FileTx(tx, in); return err })
	return r, code, err
}

// FileTx enters a report in the caller's transaction.
func (s *Service) FileTx(tx *db.Tx, in Submission) (Report, string, error) {
	scope := tx.Scope()
	if !slices.Contains(originsOf(scope.Reach()), in.Origin) {
		return Report{}, "", fault.New(fault.Rule, "report.origin_not_yours").At("/origin", "report.origin_not_yours")
	}
	if err := checkSender(tx, in); err != nil {
		return Report{}, "", err
	}
	channel := channelOf(in.Origin)
	if scope.Reach() != authz.Whole {
		channel = ByAccount
	}
	return s.fileTx(tx, in, channel, actor(tx))
}

// checkSender holds an origin to the body that stands behind it.
func checkSender(tx *db.Tx, in Submission) error {
	kind, needed := sender[in.Origin]
	if needed && in.Organisation == nil {
		return fault.New(fault.Rule, "report.organisation_needed").At("/organisation_id", "field.required")
	}
	if in.Organisation == nil {
		return nil
	}
	o, err := organisation.GetTx(tx, *in.Organisation)
	if err != nil {
		return err
	}
	if needed && o.Kind != kind {
		return fault.New(fault.Rule, "report.organisation_unfit").At("/organisation_id", "report.organisation_unfit")
	}
	return nil
}

// fileTx is the one intake: the public's and everybody else's.
func (s *Service) fileTx(tx *db.Tx, in Submission, channel Channel, user *id.ID) (Report, string, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Report{}, "", err
	}
	gov, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return Report{}, "", err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Report{}, "", err
	}
	received := today
	if in.Received != nil {
		received = *in.Received
	}
	if err := in.check(received, today); err != nil {
		return Report{}, "", err
	}
	if err := checkCodes(tx, in, received); err != nil {
		return Report{}, "", err
	}
	if in.Election != nil {
		if _, err := election.GetTx(tx, *in.Election); err != nil {
			return Report{}, "", err
		}
	}
	r := Report{ID: tx.NewUnorderedID(), State: Received, Origin: in.Origin, Kind: in.Kind, Organisation: in.Organisation, Number: in.Number,
		Received: received, Act: in.Act, Known: in.Known, Violation: in.Violation, Acts: in.Acts, Election: in.Election, Channel: channel,
		RecordedLater: received.Before(today), Updated: today, Version: 1, Words: in.Words, Cases: []id.ID{}, filedBy: user}
	code, hash := "", []byte(nil)
	if channel == ByCode {
		code = authn.NewCode()
		hash = s.vault.hash(code)
		code = trackingCode(gov.Code, code)
	}
	if err := s.vault.insert(tx, tenant, r, hash); err != nil {
		return r, "", err
	}
	if r.Subjects, err = s.insertSubjects(tx, tenant, r.ID, in.Subjects, today); err != nil {
		return r, "", err
	}
	filing := Step{No: 1, Action: Filing, From: Received, To: Received, Day: received, RecordedLater: r.RecordedLater, by: user}
	if err := s.vault.of(tenant, r.ID).insertStep(tx, tenant, r.ID, filing); err != nil {
		return r, "", err
	}
	r.Steps, r.Messages = []Step{filing}, []Message{}
	return r, code, note(tx, "report.filed", r.ID, map[string]any{"origin": r.Origin, "kind": r.Kind})
}

// checkCodes holds the codes of the reference data to what stood there on the
// day of the act.
func checkCodes(tx *db.Tx, in Submission, received day.Day) error {
	on := received
	if in.Act != nil {
		on = *in.Act
	}
	if in.Violation != "" {
		if _, err := catalog.FindTx(tx, catalog.ViolationTypeKind, in.Violation, on); err != nil {
			return at(err, "/violation_type")
		}
	}
	for _, a := range in.Acts {
		if _, err := catalog.FindTx(tx, catalog.Act, a, on); err != nil {
			return at(err, "/acts")
		}
	}
	return nil
}

// at adds the field that a code stood in.
func at(err error, pointer string) error {
	if f, ok := fault.As(err); ok {
		f.Fields = append(f.Fields, fault.Field{Pointer: pointer, Code: f.Code, Params: f.Params})
	}
	return err
}

// insertSubjects adds subjects from number 1 on. Who is named by a NIP of this
// government is matched at once, so that the wall stands from the first moment.
func (s *Service) insertSubjects(tx *db.Tx, tenant int32, rid id.ID, in []Subject, today day.Day) ([]Subject, error) {
	out := make([]Subject, 0, len(in))
	for i, sub := range in {
		sub.No, sub.AddedBy = int32(i+1), Reporter
		if sub.ASN == nil {
			var err error
			if sub, err = matchedByNIP(tx, sub); err != nil {
				return nil, err
			}
		}
		if err := s.vault.of(tenant, rid).insertSubject(tx, tenant, rid, sub, today); err != nil {
			return nil, err
		}
		out = append(out, sub)
	}
	return out, nil
}

func matchedByNIP(tx *db.Tx, sub Subject) (Subject, error) {
	digits := onlyDigits(sub.Detail.NIP)
	if len(digits) != 18 {
		return sub, nil
	}
	person, err := personByNIP(tx, digits)
	if err != nil || person == nil {
		return sub, err
	}
	sub.ASN, sub.Kind = person, SubjectASN
	return sub, nil
}

func onlyDigits(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

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
		if err := noteStep(tx, rid, step); err != nil {
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
		return fault.New(fault.Rule, "report.days_wrong").At("/on", "report.day_in_future")
	}
	if s.Day.Before(r.Received) {
		return fault.New(fault.Rule, "report.days_wrong").At("/on", "report.before_receipt")
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

// GetTx reads a report that the caller may see, without words: what is shown
// through a case is never the report (rule 3 of the threat model).
func GetTx(tx *db.Tx, rid id.ID) (Report, error) { return getTx(tx, rid, false) }

func getTx(tx *db.Tx, rid id.ID, lock bool) (Report, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return Report{}, err
	}
	_, r, err := find(tx, rid, today, lock)
	if err != nil {
		return r, err
	}
	if r.Subjects, err = SubjectsTx(tx, rid); err != nil {
		return r, err
	}
	r.Cases, err = cases(tx, rid)
	return r, err
}

// SubjectsTx lists the subjects of a report and whom they were matched to,
// without the reporter's words. Ask GetTx first whether the caller may know.
func SubjectsTx(tx *db.Tx, rid id.ID) ([]Subject, error) {
	rows, err := subjectRows(tx, rid)
	out := make([]Subject, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.subject())
	}
	return out, err
}

// WalledTx reports whether a person must not know of a report, whatever their
// role: cases ask it before they give somebody a part in what came from it.
func WalledTx(tx *db.Tx, rid, person id.ID) (bool, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return false, err
	}
	return walled(tx, rid, person, today)
}

// AcceptTx accepts a verified report into the cases that were opened from it.
func AcceptTx(tx *db.Tx, rid id.ID, caseIDs []id.ID) error {
	if len(caseIDs) == 0 {
		return errors.New("report: accepted into no case")
	}
	return stepTx(tx, rid, Acceptance, func(tenant int32, _ *Report) error { return insertCases(tx, tenant, rid, caseIDs) })
}

// FinishTx says how the cases of an accepted report ended, when the last of
// them has; the reporter is told in public words.
func FinishTx(tx *db.Tx, rid id.ID, outcome string) error {
	return stepTx(tx, rid, Finishing, func(_ int32, r *Report) error { r.Outcome = Outcome(outcome); return nil })
}

// stepTx takes a step that follows from a later stage, without words.
func stepTx(tx *db.Tx, rid id.ID, a Action, f func(tenant int32, r *Report) error) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return err
	}
	_, r, err := find(tx, rid, today, true)
	if err != nil {
		return err
	}
	to, err := r.next(a, tx.Scope().May)
	if err != nil {
		return err
	}
	step := Step{Action: a, From: r.State, To: to, Day: today, by: actor(tx)}
	r.State, r.Updated, r.Version = to, today, r.Version+1
	if err := f(tenant, &r); err != nil {
		return err
	}
	if err := insertPlainStep(tx, tenant, rid, step); err != nil {
		return err
	}
	if err := update(tx, r); err != nil {
		return err
	}
	return noteStep(tx, rid, step)
}

// actor is the account behind a step; the program itself has none.
func actor(tx *db.Tx) *id.ID {
	p := tx.Scope().Principal()
	if p.ID == id.Nil {
		return nil
	}
	return &p.ID
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx lets subjects and officers in charge be who stands today.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
