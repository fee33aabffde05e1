package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

var constraints = db.Constraints{
	"casefile_wall_pkey": func() *fault.Fault { return fault.New(fault.Conflict, "case.already_walled") },
	"casefile_known_check": func() *fault.Fault {
		return fault.New(fault.Rule, "case.days_inverted").At("/known_on", "case.days_inverted")
	},
}

// Follower keeps a read model in step with every case, in the same transaction.
// Read models rank above cases, so package app wires it.
type Follower interface {
	CaseMovedTx(tx *db.Tx, c Case, origins []Origin) error
}

// Service is the use cases of cases.
type Service struct {
	db       *db.DB
	master   *seal.Master
	follower Follower
}

// NewService joins the service to the database, to the key that seals texts and
// to who follows the cases.
func NewService(d *db.DB, m *seal.Master, f Follower) *Service {
	return &Service{db: d, master: m, follower: f}
}

// Item is a case in the queue with its soonest deadline.
type Item struct {
	Case
	View  View
	Today day.Day
	Next  *Deadline
}

// List gives the queue; the reading is noted.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Item], error) {
	var out []Item
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		cases, err := queue(tx, s.master, f, r)
		if err != nil {
			return err
		}
		if out, err = items(tx, cases); err != nil {
			return err
		}
		seen := make([]id.ID, 0, len(cases))
		for _, c := range cases[:min(len(cases), r.Limit)] {
			seen = append(seen, c.ID)
		}
		return noteRead(tx, "case.listed", "account", tx.Scope().Principal().ID, map[string]any{"case_ids": seen})
	})
	return page.Cut(r, out, func(i Item) []string { return []string{i.RegisteredOn.String(), i.ID.String()} }), err
}

func items(tx *db.Tx, cases []Case) ([]Item, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	l, err := newLaw(tx, today)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(cases))
	for _, c := range cases {
		i := Item{Case: c, View: c.ViewOf(tx.Scope()), Today: today}
		running, err := l.deadlines(c)
		if err != nil {
			return nil, err
		}
		if len(running) > 0 {
			i.Next = &running[0]
		}
		out = append(out, i)
	}
	return out, nil
}

// noteRead writes into the journal that somebody read what persons appear in.
func noteRead(tx *db.Tx, action, object string, of id.ID, details map[string]any) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: object, ObjectID: of, Details: details})
}

// Get reads a case as the caller may see it; the reading is noted.
func (s *Service) Get(ctx context.Context, cid id.ID) (f File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := find(s.master, visible(tx), cid, false)
		if err != nil {
			return err
		}
		if f, err = s.fileTx(tx, c); err != nil {
			return err
		}
		return noteRead(tx, "case.read", "case", c.ID, nil)
	})
	return f, err
}

// GetTx reads a case that the caller may see.
func (s *Service) GetTx(tx *db.Tx, cid id.ID) (Case, error) {
	return find(s.master, visible(tx), cid, false)
}

// ByIDsTx reads cases, whoever may see them: for lists that were made of
// VisibleIDs.
func (s *Service) ByIDsTx(tx *db.Tx, ids []id.ID) (map[id.ID]Case, error) {
	return byIDs(tx, s.master, ids)
}

// fileTx adds to a case what hangs on it.
func (s *Service) fileTx(tx *db.Tx, c Case) (f File, err error) {
	f = File{Case: c, View: c.ViewOf(tx.Scope())}
	if f.Today, err = government.TodayTx(tx); err != nil {
		return f, err
	}
	from, err := origins(tx, c.ID)
	if err != nil {
		return f, err
	}
	if f.Origins, err = withoutWalled(tx, from); err != nil {
		return f, err
	}
	if f.Walls, err = walls(tx, c.ID); err != nil {
		return f, err
	}
	if f.Summonses, err = summonses(tx, c.ID); err != nil {
		return f, err
	}
	if f.Examinations, err = examinations(tx, s.master, c.ID); err != nil {
		return f, err
	}
	if f.Recommendations, err = recommendations(tx, s.master, c.ID); err != nil {
		return f, err
	}
	if f.Decision, err = latestDecision(tx, c.ID); err != nil {
		return f, err
	}
	l, err := newLaw(tx, f.Today)
	if err != nil {
		return f, err
	}
	if f.Deadlines, err = l.deadlines(c); err != nil {
		return f, err
	}
	history, err := entries(tx, c.ID)
	return f.redact(history), err
}

// History gives every step of a case; the reading is noted.
func (s *Service) History(ctx context.Context, cid id.ID) (out []Entry, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := find(s.master, visible(tx), cid, false)
		if err != nil {
			return err
		}
		if out, err = entries(tx, cid); err != nil {
			return err
		}
		if c.ViewOf(tx.Scope()) != AsHandler {
			for i := range out {
				out[i].Reason, out[i].Actor = "", nil
			}
		}
		return noteRead(tx, "case.history_read", "case", cid, nil)
	})
	return out, err
}

// Opening is what opens cases.
type Opening struct {
	Origin       Origin
	RegisteredOn *day.Day // today when nil
	Acts         []string
	Subjects     []Subject
	// Case carries what all subjects share: days, track, kinds, accusation.
	Case Case
	// recused are those the submission keeps away.
	recused []id.ID
}

// Subject is one person of an opening.
type Subject struct {
	Person            id.ID
	SpouseIsCandidate bool
	Involved          []id.ID
}

// Open opens a case for each subject.
func (s *Service) Open(ctx context.Context, o Opening) (out []File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		cases, err := s.OpenTx(tx, o)
		if err != nil {
			return err
		}
		for _, c := range cases {
			f, err := s.fileTx(tx, c)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// OpenTx opens a case for each subject in the caller's transaction.
func (s *Service) OpenTx(tx *db.Tx, o Opening) ([]Case, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	if o, err = o.traced(tx); err != nil {
		return nil, err
	}
	if o, err = o.dated(today); err != nil {
		return nil, err
	}
	out := make([]Case, 0, len(o.Subjects))
	for i, subject := range o.Subjects {
		if slices.ContainsFunc(o.Subjects[:i], func(x Subject) bool { return x.Person == subject.Person }) {
			return nil, fault.New(fault.Rule, "case.subject_twice").At(fmt.Sprintf("/subjects/%d/asn_id", i), "case.subject_twice")
		}
		c, err := s.openOne(tx, o, subject, today)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, o.linked(tx, out)
}

// dated fills the day of opening and holds the days against each other.
func (o Opening) dated(today day.Day) (Opening, error) {
	registered := today
	if o.RegisteredOn != nil {
		registered = *o.RegisteredOn
	}
	o.Case.RegisteredOn, o.Case.StateSince, o.Case.RecordedLater = registered, registered, registered.Before(today)
	if o.Origin.ReceivedOn.IsZero() {
		o.Origin.ReceivedOn = registered
	}
	f := fault.New(fault.Rule, "case.days_inverted")
	if registered.After(today) {
		f.At("/registered_on", "case.day_in_future")
	}
	if o.Case.ActOn.After(registered) || o.Origin.ReceivedOn.After(registered) {
		f.At("/registered_on", "case.days_inverted")
	}
	if o.Case.KnownOn != nil && (o.Case.KnownOn.Before(o.Case.ActOn) || o.Case.KnownOn.After(registered)) {
		f.At("/known_on", "case.days_inverted")
	}
	if len(f.Fields) > 0 {
		return o, f
	}
	return o, nil
}

func (s *Service) openOne(tx *db.Tx, o Opening, subject Subject, today day.Day) (Case, error) {
	c := o.Case
	tenant, err := tx.Tenant()
	if err != nil {
		return c, err
	}
	person, err := asn.GetTx(tx, subject.Person)
	if err != nil {
		return c, err
	}
	status, err := asn.StatusTx(tx, person, c.ActOn)
	if err != nil {
		return c, err
	}
	c.ID, c.Version, c.State, c.Subject, c.SpouseIsCandidate = tx.NewID(), 1, Registered, person.ID, subject.SpouseIsCandidate
	c.person, c.ActPost = person.ID, postOf(status)
	c.OPD = c.ActPost.OPD
	if err := c.ActPost.check(); err != nil {
		return c, err
	}
	if c, err = classify(tx, c, o.Acts); err != nil {
		return c, err
	}
	walls := o.walls(subject)
	if c.Superior, err = actingSuperior(tx, c, walls); err != nil {
		return c, err
	}
	if o.Origin.Kind == fromRecommendation {
		c.Start(ruleFollowUp, o.Origin.ReceivedOn)
	}
	if c.Number, err = drawNumber(tx, tenant, c.RegisteredOn); err != nil {
		return c, err
	}
	if err := insert(tx, s.master, tenant, c); err != nil {
		return c, constraints.Fault(err)
	}
	if err := wallOff(tx, tenant, c, walls); err != nil {
		return c, err
	}
	if err := insertOrigin(tx, tenant, c.ID, o.Origin); err != nil {
		return c, err
	}
	return c, s.record(tx, tenant, c, Entry{Step: Opened, To: Registered, On: c.RegisteredOn, RecordedLater: c.RegisteredOn.Before(today)})
}

// walls are those kept away from the case of one subject.
func (o Opening) walls(s Subject) []Wall {
	var out []Wall
	for _, p := range s.Involved {
		out = append(out, Wall{Person: p, Reason: "involved"})
	}
	for _, p := range o.recused {
		if p != s.Person && !slices.Contains(s.Involved, p) {
			out = append(out, Wall{Person: p, Reason: "recused"})
		}
	}
	return out
}

// actingSuperior is the nearest superior who is not walled off; nobody when all
// are, which is a matter for the agency.
func actingSuperior(tx *db.Tx, c Case, off []Wall) (*id.ID, error) {
	line, err := asn.SuperiorsTx(tx, c.person, c.RegisteredOn)
	if err != nil {
		return nil, err
	}
	for _, p := range line {
		if !slices.ContainsFunc(off, func(w Wall) bool { return w.Person == p.ID }) {
			return &p.ID, nil
		}
	}
	return nil, nil
}

func wallOff(tx *db.Tx, tenant int32, c Case, off []Wall) error {
	for _, w := range off {
		if _, err := asn.GetTx(tx, w.Person); err != nil {
			return err
		}
		if c.isSubject(w.Person) {
			return fault.New(fault.Rule, "case.subject_walled")
		}
		if err := insertWall(tx, tenant, c.ID, w); err != nil {
			return constraints.Fault(err)
		}
	}
	return nil
}

// drawNumber draws until a number is free; with 33 million a year the second
// draw is rare.
func drawNumber(tx *db.Tx, tenant int32, registered day.Day) (string, error) {
	g, err := government.EntryByTenantTx(tx, tenant)
	if err != nil {
		return "", err
	}
	for range 10 {
		number := caseNumber(g.Code, registered, tx.NewUnorderedID())
		taken, err := numberTaken(tx, number)
		if err != nil || !taken {
			return number, err
		}
	}
	return "", fault.New(fault.Unavailable, "server.unavailable").After(time.Second)
}

// record writes a step into the history and the journal and tells the follower.
func (s *Service) record(tx *db.Tx, tenant int32, c Case, e Entry) error {
	if actor := tx.Scope().Principal().ID; actor != id.Nil {
		e.Actor = &actor
	}
	if err := insertStep(tx, tenant, c, e); err != nil {
		return err
	}
	from, err := origins(tx, c.ID)
	if err != nil {
		return err
	}
	if err := s.follower.CaseMovedTx(tx, c, from); err != nil {
		return err
	}
	if err := s.finishReports(tx, tenant, c, from); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "case.step_taken", Object: "case", ObjectID: c.ID,
		Details: map[string]any{"step": e.Step, "to": e.To, "on": e.On}})
}

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
	l, err := newLaw(tx, in.IssuedOn)
	if err != nil {
		return false, err
	}
	running, err := l.deadlines(Case{Clocks: []Clock{{Rule: ruleFirstSummons, From: in.IssuedOn}}})
	return len(running) > 0 && in.AppearOn.Before(running[0].Count.Day), err
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

// Assign says who handles a case.
func (s *Service) Assign(ctx context.Context, cid, account id.ID) (File, error) {
	return s.step(ctx, func(tx *db.Tx) (Case, error) { return s.AssignTx(tx, cid, account) })
}

// AssignTx says who handles a case in the caller's transaction.
func (s *Service) AssignTx(tx *db.Tx, cid, account id.ID) (Case, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return Case{}, err
	}
	return s.moveTx(tx, cid, Taken{Step: Assigning, On: today}, func(c *Case, _ bool) (State, error) {
		if err := mayHandle(tx, *c, account); err != nil {
			return "", err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return "", err
		}
		c.AssignedTo = &account
		return c.State, insertAssignment(tx, tenant, cid, account, tx.Scope().Principal().ID)
	})
}

// mayHandle refuses an account that could not even see the case as its handler.
func mayHandle(tx *db.Tx, c Case, account id.ID) error {
	m, err := identity.MemberTx(tx, account)
	if err != nil {
		return err
	}
	off, err := walls(tx, c.ID)
	if err != nil {
		return err
	}
	kept := m.Person != nil && (c.isSubject(*m.Person) || slices.ContainsFunc(off, func(w Wall) bool { return w.Person == *m.Person }))
	if kept || !m.Reaches("case.read") {
		return fault.New(fault.Rule, "case.not_a_handler").At("/account_id", "case.not_a_handler")
	}
	return nil
}

// Recuse walls a person off; when it is the superior who had to act, the next
// higher one must.
func (s *Service) Recuse(ctx context.Context, cid id.ID, w Wall) (out File, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		c, err := s.moveTx(tx, cid, Taken{Step: Recusing, On: today}, func(c *Case, _ bool) (State, error) {
			return c.State, s.recuse(tx, c, w)
		})
		if err != nil {
			return err
		}
		out, err = s.fileTx(tx, c)
		return err
	})
	return out, err
}

func (s *Service) recuse(tx *db.Tx, c *Case, w Wall) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	if c.isSubject(w.Person) {
		return fault.New(fault.Rule, "case.subject_walled").At("/asn_id", "case.subject_walled")
	}
	if _, err := asn.GetTx(tx, w.Person); err != nil {
		return err
	}
	if err := insertWall(tx, tenant, c.ID, w); err != nil {
		return constraints.Fault(err)
	}
	off, err := walls(tx, c.ID)
	if err != nil {
		return err
	}
	c.Superior, err = actingSuperior(tx, *c, off)
	return err
}

// Notes lists internal notes; the reading is noted.
func (s *Service) Notes(ctx context.Context, cid id.ID, r page.Request) (page.Page[Note], error) {
	var out []Note
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := find(s.master, handled(tx), cid, false); err != nil {
			return err
		}
		var err error
		if out, err = notes(tx, s.master, cid, r); err != nil {
			return err
		}
		return noteRead(tx, "case.notes_read", "case", cid, nil)
	})
	return page.Cut(r, out, func(n Note) []string { return []string{n.CreatedAt.Format(time.RFC3339Nano), n.ID.String()} }), err
}

// AddNote adds an internal note.
func (s *Service) AddNote(ctx context.Context, cid id.ID, body string) (n Note, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if _, err := find(s.master, handled(tx), cid, true); err != nil {
			return err
		}
		n = Note{ID: tx.NewID(), Author: tx.Scope().Principal().ID, Body: body, CreatedAt: tx.Now()}
		if err := insertNote(tx, s.master, tenant, cid, n); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "case.note_added", Object: "case", ObjectID: cid, Details: map[string]any{"note_id": n.ID}})
	})
	return n, err
}
