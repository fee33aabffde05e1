package deadline

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service is the use cases of clocks.
type Service struct {
	db     *db.DB
	owners []Owner
}

// NewService joins the service to the database and to what has clocks.
func NewService(d *db.DB, owners ...Owner) *Service { return &Service{db: d, owners: owners} }

func (s *Service) owner(k Kind) (Owner, bool) {
	i := slices.IndexFunc(s.owners, func(o Owner) bool { return o.Kind == k })
	if i < 0 {
		return Owner{}, false
	}
	return s.owners[i], true
}

// Question is what one asks the calculator: a rule, or a count of one's own,
// and the event.
type Question struct {
	Rule     string
	Unit     catalog.Unit
	Amount   int
	From     day.Day
	At       *time.Time
	AsOf     *day.Day
	Extended int
	Pauses   []Pause
}

// lastCounted is the last day to count from: no count leaves the years that can
// be written.
var lastCounted = day.MustParse("9900-12-31")

// Calculate computes a date and explains it; nothing is kept.
func (s *Service) Calculate(ctx context.Context, q Question) (t Term, asOf day.Day, err error) {
	if q.From.After(lastCounted) {
		return t, asOf, fault.New(fault.Shape, "request.invalid").At("/from", "field.above_maximum", "limit", lastCounted.String())
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		l, err := lawTx(tx)
		if err != nil {
			return err
		}
		asOf = l.Today
		if q.AsOf != nil {
			asOf = *q.AsOf
		}
		c, err := newCounterAsOf(tx, l, asOf)
		if err != nil {
			return err
		}
		start := Start{On: q.From, At: q.At, Extended: q.Extended, Pauses: q.Pauses}
		if q.At != nil {
			start.On = day.Of(*q.At, l.Zone)
		}
		if q.Rule == "" {
			t = c.Term(catalog.DeadlineRule{Unit: q.Unit, Amount: q.Amount, Counting: catalog.DueBy, Row: catalog.Row{Confidence: catalog.High}}, start)
			return nil
		}
		r, err := catalog.ViewTx[catalog.DeadlineRule](tx, catalog.DeadlineRuleKind, q.Rule, start.On)
		if err != nil {
			return err
		}
		t = c.Term(r, start)
		return check(t)
	})
	return t, asOf, err
}

// check holds what one asks for to the rule: the calculator answers nothing that
// the steps would refuse.
func check(t Term) error {
	r := t.Rule
	if len(t.Start.Pauses) > 0 && !r.Pausable {
		return fault.New(fault.Rule, "deadline.not_pausable", "rule", r.Code).At("/pauses", "deadline.not_pausable", "rule", r.Code).Under(r.LegalBasis)
	}
	if t.Start.Extended > r.ExtensionLimit {
		return fault.New(fault.Rule, "deadline.limit_reached", "limit", r.ExtensionLimit).At("/extended", "deadline.limit_reached", "limit", r.ExtensionLimit).
			Under(r.LegalBasis)
	}
	return nil
}

// jakarta is the zone of the nation's legal days, for callers of no one
// government.
var jakarta = time.FixedZone("WIB", 7*60*60)

// lawTx is the zone and day of the caller's government, and the capital's for
// those who speak for none or several.
func lawTx(tx *db.Tx) (Law, error) {
	tenant, err := tx.Tenant()
	if err != nil || tenant == authz.Platform {
		return Law{Zone: jakarta, Today: tx.Today(jakarta)}, nil //nolint:nilerr // several governments have no common zone
	}
	zone, err := government.ZoneTx(tx)
	if err != nil {
		return Law{}, err
	}
	return Law{Zone: zone, Today: tx.Today(zone)}, nil
}

// Item is a running clock of an object that the caller may see.
type Item struct {
	Clock
	Path  string
	Today day.Day
}

// List lists running clocks by their last day: what is late, what is about to
// be, and who has to know of it. Each kind goes through the wall of its owner.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Item], error) {
	var out []Item
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		l, err := lawTx(tx)
		if err != nil {
			return err
		}
		return s.through(tx, f.Kind, func(o Owner) error {
			found, err := list(tx, o, f, r)
			for _, k := range found {
				out = append(out, Item{Clock: k, Path: o.Path + k.Object.ID.String(), Today: l.Today})
			}
			return err
		})
	})
	slices.SortFunc(out, func(a, b Item) int {
		if c := a.Due.Compare(*b.Due); c != 0 {
			return c
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	out = out[:min(len(out), r.Limit+1)]
	return page.Cut(r, out, func(i Item) []string { return []string{i.Due.String(), i.ID.String()} }), err
}

// through asks every owner whose objects the caller may read, in the scope of
// that right.
func (s *Service) through(tx *db.Tx, k Kind, ask func(Owner) error) error {
	own := tx.Scope()
	for _, o := range s.owners {
		scope, err := authz.Decide(own.Principal(), o.Read)
		if err != nil || k != "" && k != o.Kind {
			continue // not the caller's to see
		}
		if err := tx.Enter(scope); err != nil {
			return err
		}
		if err := ask(o); err != nil {
			return err
		}
	}
	return tx.Enter(own)
}

// Answer is one clock with what it comes to today.
type Answer struct {
	Running
	Path  string
	Today day.Day
}

// Get reads one clock and explains its day.
func (s *Service) Get(ctx context.Context, did id.ID) (a Answer, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { a, _, err = s.find(tx, did); return err })
	return a, err
}

// find reads a clock if the caller may see its object.
func (s *Service) find(tx *db.Tx, did id.ID) (a Answer, o Owner, err error) {
	k, err := find(tx, did)
	if err != nil {
		return a, o, err
	}
	seen := false
	err = s.through(tx, k.Object.Kind, func(of Owner) error { o = of; seen, err = shows(tx, of, k.Object.ID); return err })
	if err != nil {
		return a, o, err
	}
	if !seen {
		return a, o, fault.Missing()
	}
	a, err = answer(tx, o, k)
	return a, o, err
}

func answer(tx *db.Tx, o Owner, k Clock) (Answer, error) {
	c, err := NewCounter(tx)
	if err != nil {
		return Answer{}, err
	}
	t, ok, err := c.Of(k.Rule, k.start())
	if err != nil {
		return Answer{}, err
	}
	if !ok {
		return Answer{}, fault.Missing()
	}
	return Answer{Running: Running{Clock: k, Term: t}, Path: o.Path + k.Object.ID.String(), Today: c.Today}, nil
}

// Change takes a step on a clock: the rule and its limit decide whether it may be
// taken, the object's own history keeps it.
func (s *Service) Change(ctx context.Context, did id.ID, c Change) (a Answer, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { a, err = s.ChangeTx(tx, did, c); return err })
	return a, err
}

// ChangeTx does so in the caller's transaction.
func (s *Service) ChangeTx(tx *db.Tx, did id.ID, c Change) (Answer, error) {
	a, o, err := s.find(tx, did)
	if err != nil {
		return a, err
	}
	if c.On.IsZero() {
		c.On = a.Today
	}
	k, err := a.take(c, a.Today)
	if err != nil {
		return a, err
	}
	if o.Taken != nil { // first: it locks the object, under which its clocks stand
		if err := o.Taken(tx, k.Object.ID, c); err != nil {
			return a, err
		}
	}
	if a, err = answer(tx, o, k); err != nil {
		return a, err
	}
	if err := keep(tx, o, a.Running, a.Today); err != nil {
		return a, err
	}
	a.Clock = k.came(a.Term)
	a.Clock.Level = a.Level(a.Today)
	return a, journal.Note(tx, journal.Entry{Action: "deadline." + verbs[c.Step], Object: string(k.Object.Kind), ObjectID: k.Object.ID,
		Details: map[string]any{"deadline_id": k.ID, "rule": k.Rule, "on": c.On, "amount": c.Amount, "due_on": a.Day}})
}

var verbs = map[Step]string{Pausing: "paused", Resuming: "resumed", Extending: "extended"}

// keep tells the owner, writes the day and the level a clock came to, and refuses
// where somebody else changed it meanwhile. Its version was raised.
func keep(tx *db.Tx, o Owner, t Running, today day.Day) error {
	if o.Moved != nil {
		if err := o.Moved(tx, t); err != nil {
			return err
		}
	}
	k := t.Clock.came(t.Term)
	k.Level = t.Level(today)
	if err := saved(save(tx, k)); err != nil || !t.Over(today) {
		return err
	}
	return miss(tx, t, today)
}

// Sweep counts the running clocks of one government again. A day that moved is
// noted with both days, a level that rose with the level.
func (s *Service) Sweep(ctx context.Context) error {
	var due []Running
	var today day.Day
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := allRunning(tx)
		if err != nil {
			return err
		}
		c, err := NewCounter(tx)
		if err != nil {
			return err
		}
		today = c.Today
		running, err := c.Running(all)
		for _, t := range running {
			if t.changed(today) {
				due = append(due, t)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range due {
		if err := s.settle(ctx, t, today); err != nil {
			return err
		}
	}
	return nil
}

// changed reports whether a clock is to be written again.
func (t Running) changed(today day.Day) bool {
	k := t.Clock
	return k.Computed == nil || *k.Computed != t.Count.Day || *k.Due != t.Day || k.Level != t.Level(today)
}

// settle writes what one clock came to, in a transaction of its own. One that
// somebody changed meanwhile waits for the next sweep.
func (s *Service) settle(ctx context.Context, t Running, today day.Day) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		journal.Routine(tx) // that a day of a clock that stands still moved on is no news
		o, _ := s.owner(t.Clock.Object.Kind)
		was := t.Clock
		t.Clock.Version++
		if err := keep(tx, o, t, today); err != nil {
			return err
		}
		return note(tx, was, t, today)
	})
	if fault.Is(err, "deadline.changed") {
		return nil
	}
	return err
}

// note writes into the journal that a day moved and that a level rose. The first
// count of a clock moves nothing, and that a day moves on while the clock stands
// still was said when it was stopped.
func note(tx *db.Tx, was Clock, t Running, today day.Day) error {
	details := map[string]any{"deadline_id": was.ID, "rule": was.Rule, "due_on": t.Day}
	if was.Due != nil && *was.Due != t.Day && !t.Paused {
		moved := map[string]any{"deadline_id": was.ID, "rule": was.Rule, "from": *was.Due, "due_on": t.Day}
		if err := journal.Note(tx, journal.Entry{Action: "deadline.moved", Object: string(was.Object.Kind), ObjectID: was.Object.ID, Details: moved}); err != nil {
			return err
		}
	}
	now := t.Level(today)
	if !now.above(was.Level) {
		return nil
	}
	details["level"] = now
	return journal.Note(tx, journal.Entry{Action: "deadline." + risen[now], Object: string(was.Object.Kind), ObjectID: was.Object.ID, Details: details})
}

var risen = map[Level]string{Warned: "warned", Overdue: "overdue", ToAuthority: "escalated", ToOversight: "escalated"}
