package opd

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"opd_code_key":    func() *fault.Fault { return fault.New(fault.Conflict, "opd.code_taken") },
	"opd_parent_fkey": fault.Missing,
}

// Staff moves persons between units. Persons rank above units, so package app
// wires the one who can (package asn).
type Staff interface {
	// MoveTx gives everybody of the units from (or only the persons named)
	// a position in the unit to from a day on, and tells how many.
	MoveTx(tx *db.Tx, from []id.ID, only []id.ID, to id.ID, on day.Day) (int64, error)
	// CountTx counts the persons of a unit.
	CountTx(tx *db.Tx, unit id.ID) (int64, error)
	// ExistsTx reports whether the person exists in the government.
	ExistsTx(tx *db.Tx, person id.ID) error
}

// Service is the use cases of units.
type Service struct {
	db    *db.DB
	staff Staff
}

// NewService joins the service to the database and to who moves staff.
func NewService(d *db.DB, staff Staff) *Service { return &Service{db: d, staff: staff} }

// List lists units by name.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Unit], error) {
	var out []Unit
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		on, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		if f.On != nil {
			on = *f.On
		}
		out, err = list(tx, f, on, r)
		return err
	})
	return page.Cut(r, out, func(u Unit) []string { return []string{u.Name, u.ID.String()} }), err
}

// Get reads one unit.
func (s *Service) Get(ctx context.Context, oid id.ID) (u Unit, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { u, err = find(tx, oid, false); return err })
	return u, err
}

// History tells what became of a unit.
func (s *Service) History(ctx context.Context, oid id.ID) (out []Change, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, oid, false); err != nil {
			return err
		}
		out, err = history(tx, oid)
		return err
	})
	return out, err
}

// Create adds a unit.
func (s *Service) Create(ctx context.Context, u Unit) (Unit, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { u, err = CreateTx(tx, u); return })
	return u, err
}

// CreateTx adds a unit in the caller's transaction.
func CreateTx(tx *db.Tx, u Unit) (Unit, error) {
	return createTx(tx, u, Change{Kind: Created})
}

func createTx(tx *db.Tx, u Unit, c Change) (Unit, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return u, err
	}
	var parent *Unit
	if u.Parent != nil {
		p, err := find(tx, *u.Parent, false)
		if err != nil {
			return u, err
		}
		parent = &p
	}
	u.ID, u.Version = tx.NewID(), 1
	u = u.placed(parent)
	if err := insert(tx, tenant, u); err != nil {
		return u, constraints.Fault(err)
	}
	c.Day, c.Name, c.Parent = u.From, u.Name, u.Parent
	return u, record(tx, tenant, u, c)
}

// record writes the history and the journal of a change.
func record(tx *db.Tx, tenant int32, u Unit, c Change) error {
	today, err := government.TodayTx(tx)
	if err != nil {
		return err
	}
	c.RecordedLater = c.Day.Before(today)
	if err := insertChange(tx, tenant, u.ID, c); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "opd." + string(c.Kind), Object: "opd", ObjectID: u.ID,
		Details: map[string]any{"on": c.Day, "related": c.Related}})
}

// change loads a living unit, changes it and records that.
func (s *Service) change(ctx context.Context, oid id.ID, f func(*db.Tx, Unit) (Unit, Change, error)) (u Unit, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if u, err = find(tx, oid, true); err != nil {
			return err
		}
		if u.Until != nil {
			return fault.New(fault.Conflict, "opd.ended").Allowing(nil)
		}
		var c Change
		if u, c, err = f(tx, u); err != nil {
			return err
		}
		if err := update(tx, u); err != nil {
			return constraints.Fault(err)
		}
		return record(tx, tenant, u, c)
	})
	return u, err
}

// Update corrects code and kind, which have no history.
func (s *Service) Update(ctx context.Context, oid id.ID, code, kind *string) (u Unit, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if u, err = find(tx, oid, true); err != nil {
			return err
		}
		if code != nil {
			u.Code = *code
		}
		if kind != nil {
			u.Type = *kind
		}
		u.Version++
		if err := update(tx, u); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: "opd.updated", Object: "opd", ObjectID: u.ID})
	})
	return u, err
}

// Rename gives a unit a new name from a day on.
func (s *Service) Rename(ctx context.Context, oid id.ID, name string, from day.Day) (Unit, error) {
	return s.change(ctx, oid, func(tx *db.Tx, u Unit) (Unit, Change, error) {
		if err := notBefore(tx, u, from); err != nil {
			return u, Change{}, err
		}
		u.Name = name
		u.Version++
		return u, Change{Kind: Renamed, Day: from, Name: name, Parent: u.Parent}, nil
	})
}

// notBefore refuses a change before the unit or before its latest change: the
// history is written in the order of its days.
func notBefore(tx *db.Tx, u Unit, from day.Day) error {
	changes, err := history(tx, u.ID)
	if err != nil {
		return err
	}
	if from.Before(u.From) || (len(changes) > 0 && from.Before(changes[len(changes)-1].Day)) {
		return fault.New(fault.Rule, "opd.before_last_change").At("/from", "opd.before_last_change")
	}
	return nil
}

// Move puts a unit and all below it under another parent from a day on.
func (s *Service) Move(ctx context.Context, oid id.ID, to *id.ID, from day.Day) (Unit, error) {
	return s.change(ctx, oid, func(tx *db.Tx, u Unit) (Unit, Change, error) {
		if err := notBefore(tx, u, from); err != nil {
			return u, Change{}, err
		}
		u, err := moved(tx, u, to)
		return u, Change{Kind: Moved, Day: from, Name: u.Name, Parent: u.Parent}, err
	})
}

func moved(tx *db.Tx, u Unit, to *id.ID) (Unit, error) {
	var parent *Unit
	if to != nil {
		p, err := find(tx, *to, false)
		if err != nil {
			return u, err
		}
		if p.Below(u) {
			return u, fault.New(fault.Rule, "opd.ring").At("/parent_id", "opd.ring")
		}
		parent = &p
	}
	old := u.path
	u = u.placed(parent)
	u.Version++
	return u, replant(tx, old, u.path)
}

// End closes a unit that has neither staff nor units left.
func (s *Service) End(ctx context.Context, oid id.ID, last day.Day) (Unit, error) {
	return s.change(ctx, oid, func(tx *db.Tx, u Unit) (Unit, Change, error) {
		staff, err := s.staff.CountTx(tx, oid)
		if err != nil {
			return u, Change{}, err
		}
		tree, err := all(tx)
		if err != nil {
			return u, Change{}, err
		}
		living := slices.ContainsFunc(tree, func(x Unit) bool { return x.ID != u.ID && x.Until == nil && x.Below(u) })
		if staff > 0 || living {
			return u, Change{}, fault.New(fault.Conflict, "opd.not_empty", "staff", staff).Allowing([]string{"move", "split"})
		}
		u, err = u.end(last)
		return u, Change{Kind: Ended, Day: last, Name: u.Name, Parent: u.Parent}, err
	})
}

// Merger says what becomes one.
type Merger struct {
	Sources []id.ID
	Into    *id.ID // an existing unit, or
	New     *Unit  // a new one
	From    day.Day
}

// Merge makes several units one from a day on: they end the day before, their
// staff and the units below them move to the successor.
func (s *Service) Merge(ctx context.Context, m Merger) (into Unit, err error) {
	if (m.Into == nil) == (m.New == nil) {
		return into, fault.New(fault.Shape, "request.invalid").At("/into_id", "field.required")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if m.New != nil {
			m.New.From = m.From
			into, err = createTx(tx, *m.New, Change{Kind: Created, Related: m.Sources})
		} else {
			into, err = find(tx, *m.Into, true)
		}
		if err != nil {
			return err
		}
		for _, source := range m.Sources {
			if err := s.absorb(tx, source, into, m.From); err != nil {
				return err
			}
		}
		_, err = s.staff.MoveTx(tx, m.Sources, nil, into.ID, m.From)
		return err
	})
	return into, err
}

// absorb ends one source of a merger.
func (s *Service) absorb(tx *db.Tx, source id.ID, into Unit, from day.Day) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	u, err := find(tx, source, true)
	if err != nil {
		return err
	}
	if into.Below(u) {
		return fault.New(fault.Rule, "opd.ring").At("/source_ids", "opd.ring")
	}
	if err := notBefore(tx, u, from); err != nil {
		return err
	}
	tree, err := all(tx)
	if err != nil {
		return err
	}
	for _, child := range tree {
		if child.Parent == nil || *child.Parent != u.ID || child.Until != nil {
			continue
		}
		if child, err = moved(tx, child, &into.ID); err != nil {
			return err
		}
		if err := update(tx, child); err != nil {
			return err
		}
		if err := record(tx, tenant, child, Change{Kind: Moved, Day: from, Name: child.Name, Parent: child.Parent}); err != nil {
			return err
		}
	}
	if u, err = u.end(from.AddDays(-1)); err != nil {
		return err
	}
	u.Successor = &into.ID
	if err := update(tx, u); err != nil {
		return err
	}
	return record(tx, tenant, u, Change{Kind: Merged, Day: from, Name: u.Name, Parent: u.Parent, Related: []id.ID{into.ID}})
}

// Part is a new unit of a split with the persons who move to it.
type Part struct {
	Unit  Unit
	Staff []id.ID
}

// Split makes new units beside one; the persons named move, all others stay.
func (s *Service) Split(ctx context.Context, oid id.ID, parts []Part, from day.Day) (out []Unit, err error) {
	_, err = s.change(ctx, oid, func(tx *db.Tx, u Unit) (Unit, Change, error) {
		out = nil
		if err := notBefore(tx, u, from); err != nil {
			return u, Change{}, err
		}
		c := Change{Kind: Split, Day: from, Name: u.Name, Parent: u.Parent}
		for _, p := range parts {
			p.Unit.From, p.Unit.Parent = from, u.Parent
			n, err := createTx(tx, p.Unit, Change{Kind: Created, Related: []id.ID{u.ID}})
			if err != nil {
				return u, c, err
			}
			if len(p.Staff) > 0 {
				moved, err := s.staff.MoveTx(tx, []id.ID{u.ID}, p.Staff, n.ID, from)
				if err != nil {
					return u, c, err
				}
				if moved != int64(len(p.Staff)) {
					return u, c, fault.New(fault.Rule, "opd.staff_elsewhere").At("/into", "opd.staff_elsewhere")
				}
			}
			out, c.Related = append(out, n), append(c.Related, n.ID)
		}
		u.Version++
		return u, c, nil
	})
	return out, err
}

// Officers lists who held the offices of a unit, and today's legal day.
func (s *Service) Officers(ctx context.Context, oid id.ID, on *day.Day, r page.Request) (p page.Page[Officer], today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if _, err := find(tx, oid, false); err != nil {
			return err
		}
		out, err := listOfficers(tx, oid, on, &r)
		p = page.Cut(r, out, func(o Officer) []string { return []string{o.From.String(), o.ID.String()} })
		return err
	})
	return p, today, err
}

// Appoint records who holds an office of a unit.
func (s *Service) Appoint(ctx context.Context, o Officer) (Officer, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { o, today, err = s.AppointTx(tx, o); return })
	return o, today, err
}

// AppointTx records an officer in the caller's transaction.
func (s *Service) AppointTx(tx *db.Tx, o Officer) (Officer, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return o, day.Day{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return o, today, err
	}
	if _, err := find(tx, o.OPD, true); err != nil {
		return o, today, err
	}
	if err := s.staff.ExistsTx(tx, o.ASN); err != nil {
		return o, today, err
	}
	others, err := listOfficers(tx, o.OPD, nil, nil)
	if err != nil {
		return o, today, err
	}
	if err := o.check(others); err != nil {
		return o, today, err
	}
	o.ID, o.Version, o.RecordedLater = tx.NewID(), 1, o.From.Before(today)
	if err := insertOfficer(tx, tenant, o); err != nil {
		return o, today, err
	}
	return o, today, journal.Note(tx, journal.Entry{Action: "opd_officer.appointed", Object: "opd_officer", ObjectID: o.ID,
		Details: map[string]any{"opd_id": o.OPD, "office": o.Office, "asn_id": o.ASN}})
}

// EndOffice sets the last day in office.
func (s *Service) EndOffice(ctx context.Context, unit, oid id.ID, last day.Day) (o Officer, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = government.TodayTx(tx); err != nil {
			return err
		}
		if _, err := find(tx, unit, false); err != nil {
			return err
		}
		if o, err = findOfficer(tx, unit, oid); err != nil {
			return err
		}
		if o, err = o.end(last); err != nil {
			return err
		}
		if err := updateOfficerEnd(tx, o); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "opd_officer.ended", Object: "opd_officer", ObjectID: o.ID})
	})
	return o, today, err
}

// GetTx reads a unit inside the caller's reach.
func GetTx(tx *db.Tx, oid id.ID) (Unit, error) { return find(tx, oid, false) }

// TreeTx reads all units of the government, parents before children.
func TreeTx(tx *db.Tx) ([]Unit, error) { return all(tx) }
