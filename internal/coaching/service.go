package coaching

import (
	"context"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// expiryRule is the deadline rule of the reference data by which entries
// expire; a government may have its own.
const expiryRule = "coaching_expiry"

// Service is the use cases of the ledger.
type Service struct {
	db    *db.DB
	store store
}

// NewService joins the service to the database and to the key that what was
// said is sealed with.
func NewService(d *db.DB, m *seal.Master) *Service { return &Service{db: d, store: store{master: m}} }

// List lists entries of the caller's units, newest first, and today's legal day.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (p page.Page[Coaching], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		out, err := list(tx, f, today, r)
		p = page.Cut(r, out, sortKey)
		return err
	})
	return p, today, err
}

func sortKey(c Coaching) []string { return []string{c.Held.String(), c.ID.String()} }

// Get reads one entry with all that was said.
func (s *Service) Get(ctx context.Context, cid id.ID) (c Coaching, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		c, err = s.store.find(tx, cid, false)
		return err
	})
	return c, today, err
}

// AboutPerson is a new entry about a person.
func AboutPerson(person id.ID, c Coaching) Coaching {
	c.Person = &person
	return c
}

// AboutUnit is a new entry about a whole unit.
func AboutUnit(unit id.ID, c Coaching) Coaching {
	c.OPD, c.aboutWholeUnit = unit, true
	return c
}

// Create records an entry.
func (s *Service) Create(ctx context.Context, c Coaching) (Coaching, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { c, today, err = s.CreateTx(tx, c); return })
	return c, today, err
}

// CreateTx records an entry in the caller's transaction.
func (s *Service) CreateTx(tx *db.Tx, c Coaching) (Coaching, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return c, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return c, today, err
	}
	c.ID, c.State, c.Version = tx.NewID(), Open, 1
	if err := c.check(today, tx.Scope().Person()); err != nil {
		return c, today, err
	}
	if c, err = placeTx(tx, c); err != nil {
		return c, today, err
	}
	if c.Expires, err = expiryTx(tx, c.Held); err != nil {
		return c, today, err
	}
	c.RecordedLater = c.Held.Before(today)
	if err := s.store.insert(tx, tenant, c); err != nil {
		return c, today, err
	}
	return c, today, journal.Note(tx, journal.Entry{Action: "coaching.created", Object: "coaching", ObjectID: c.ID,
		Details: map[string]any{"kind": c.Kind, "asn_id": c.Person, "opd_id": c.OPD, "violation_type": c.ViolationType, "handed_over": c.HandedOver}})
}

// placeTx holds an entry against the person, the unit and the act it names, in
// the caller's reach.
func placeTx(tx *db.Tx, c Coaching) (Coaching, error) {
	if c.ViolationType != "" {
		if _, err := catalog.FindTx(tx, catalog.ViolationTypeKind, c.ViolationType, c.Held); err != nil {
			if f, ok := fault.As(err); ok {
				f.At("/violation_type", f.Code, "kind", catalog.ViolationTypeKind, "code", c.ViolationType, "day", c.Held)
			}
			return c, err
		}
	}
	if c.Person == nil {
		_, err := opd.GetTx(tx, c.OPD)
		return c, err
	}
	p, err := asn.GetTx(tx, *c.Person)
	if err != nil {
		return c, err
	}
	if p.DepartedOn != nil && c.Held.After(*p.DepartedOn) {
		return c, fault.New(fault.Conflict, "asn.departed").Allowing(nil)
	}
	c.Person, c.OPD = &p.ID, p.OPD
	return c, nil
}

// expiryTx is the last day on which an entry of a day counts.
func expiryTx(tx *db.Tx, held day.Day) (day.Day, error) {
	t, err := deadline.TermTx(tx, expiryRule, held)
	return t.Day, err
}

// change is the way of all steps of one entry.
func (s *Service) change(ctx context.Context, cid id.ID, action string, f func(*db.Tx, Coaching, day.Day) (Coaching, error)) (c Coaching, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if c, err = s.store.find(tx, cid, true); err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if c, err = f(tx, c, today); err != nil {
			return err
		}
		if err := s.store.update(tx, tenant, c); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: action, Object: "coaching", ObjectID: c.ID})
	})
	return c, today, err
}

// FollowUp records what was seen later.
func (s *Service) FollowUp(ctx context.Context, cid id.ID, f FollowUp, next *day.Day) (Coaching, day.Day, error) {
	return s.change(ctx, cid, "coaching.followed_up", func(tx *db.Tx, c Coaching, today day.Day) (Coaching, error) {
		if err := notOwn(tx, c); err != nil {
			return c, err
		}
		c, err := c.followUp(f, next, today)
		if err != nil {
			return c, err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return c, err
		}
		return c, s.store.insertFollowUp(tx, tenant, c.ID, c.FollowUps[len(c.FollowUps)-1])
	})
}

// Close says what came of an entry.
func (s *Service) Close(ctx context.Context, cid id.ID, on day.Day, outcome string) (Coaching, day.Day, error) {
	return s.change(ctx, cid, "coaching.closed", func(tx *db.Tx, c Coaching, today day.Day) (Coaching, error) {
		if err := notOwn(tx, c); err != nil {
			return c, err
		}
		return c.close(on, today, outcome)
	})
}

// notOwn refuses an officer's step on an entry about the officer.
func notOwn(tx *db.Tx, c Coaching) error {
	if c.Person != nil && *c.Person == tx.Scope().Person() {
		return fault.New(fault.Rule, "coaching.self")
	}
	return nil
}

// Answer is the person's own word about an entry; find sees to it that nobody
// answers for somebody else.
func (s *Service) Answer(ctx context.Context, cid id.ID, text string) (Coaching, day.Day, error) {
	return s.change(ctx, cid, "coaching.answered", func(_ *db.Tx, c Coaching, today day.Day) (Coaching, error) { return c.answer(text, today) })
}

// Mine lists what was recorded about the caller, with all that was said.
func (s *Service) Mine(ctx context.Context, r page.Request) (p page.Page[Coaching], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		out, err := s.store.mine(tx, r)
		p = page.Cut(r, out, sortKey)
		return err
	})
	return p, today, err
}

// Follower follows a person whose record was joined to another, see package asn.
type Follower struct{}

// MergedTx puts the entries of both records into one ledger.
func (Follower) MergedTx(tx *db.Tx, goes, stays id.ID) error { return inherit(tx, goes, stays) }
