package event

import (
	"context"
	"strconv"
	"time"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/election"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

var constraints = db.Constraints{
	"event_round_key":               func() *fault.Fault { return fault.New(fault.Conflict, "event.round_taken") },
	"event_series_fkey":             fault.Missing,
	"event_delegation_delegate_key": func() *fault.Fault { return fault.New(fault.Conflict, "event.delegate_taken") },
}

// Service is the use cases of events.
type Service struct {
	db     *db.DB
	master *seal.Master
}

// NewService joins the service to the database and to the key that check-in
// codes are hashed with.
func NewService(d *db.DB, m *seal.Master) *Service { return &Service{db: d, master: m} }

// instant is a time as a sort key.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// ListSeries lists series, newest first.
func (s *Service) ListSeries(ctx context.Context, r page.Request) (page.Page[Series], error) {
	var out []Series
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listSeries(tx, r); return })
	return page.Cut(r, out, func(x Series) []string { return []string{instant(x.created), x.ID.String()} }), err
}

// GetSeries reads one series.
func (s *Service) GetSeries(ctx context.Context, sid id.ID) (x Series, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { x, err = findSeries(tx, sid); return err })
	return x, err
}

// CreateSeries opens a series.
func (s *Service) CreateSeries(ctx context.Context, x Series) (Series, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { x, err = CreateSeriesTx(tx, x); return })
	return x, err
}

// CreateSeriesTx opens a series in the caller's transaction.
func CreateSeriesTx(tx *db.Tx, x Series) (Series, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return x, err
	}
	x.ID, x.Version = tx.NewID(), 1
	if x.Election != nil {
		if _, err := election.GetTx(tx, *x.Election); err != nil {
			return x, err
		}
	}
	if err := insertSeries(tx, tenant, x); err != nil {
		return x, err
	}
	return x, journal.Note(tx, journal.Entry{Action: "event_series.created", Object: "event_series", ObjectID: x.ID})
}

// List lists events, newest first.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Event], error) {
	var out []Event
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = list(tx, f, r); return })
	return page.Cut(r, out, func(e Event) []string { return []string{instant(e.Starts), e.ID.String()} }), err
}

// Get reads one event.
func (s *Service) Get(ctx context.Context, eid id.ID) (e Event, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { e, err = find(tx, eid, false); return err })
	return e, err
}

// Create plans an event.
func (s *Service) Create(ctx context.Context, e Event) (Event, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { e, err = CreateTx(tx, e); return })
	return e, err
}

// CreateTx plans an event in the caller's transaction.
func CreateTx(tx *db.Tx, e Event) (Event, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return e, err
	}
	e.ID, e.State, e.Version = tx.NewID(), Draft, 1
	if e, err = checkTx(tx, e); err != nil {
		return e, err
	}
	if err := insert(tx, tenant, e); err != nil {
		return e, constraints.Fault(err)
	}
	return e, journal.Note(tx, journal.Entry{Action: "event.created", Object: "event", ObjectID: e.ID})
}

// checkTx gives the event its legal day and holds it against what it names.
func checkTx(tx *db.Tx, e Event) (Event, error) {
	zone, err := government.ZoneTx(tx)
	if err != nil {
		return e, err
	}
	e.Starts, e.Ends = e.Starts.UTC(), e.Ends.UTC()
	e.Day = day.Of(e.Starts, zone)
	if err := e.check(); err != nil {
		return e, err
	}
	for i, m := range e.Materials {
		pointer := "/materials/" + strconv.Itoa(i) + "/legal_source_codes"
		if err := catalog.KnownTx(tx, catalog.LegalSourceKind, m.LegalSources, e.Day, pointer); err != nil {
			return e, err
		}
	}
	if e.Opening == nil {
		return e, nil
	}
	holders, err := government.HoldersTx(tx, e.Opening.Office, e.Day)
	if err != nil {
		return e, err
	}
	o, err := e.Opening.of(holders)
	e.Opening = &o
	return e, err
}

// change is the way of all steps of one event.
func (s *Service) change(ctx context.Context, eid id.ID, action string, f func(*db.Tx, Event) (Event, map[string]any, error)) (e Event, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { e, err = changeTx(tx, eid, action, f); return err })
	return e, err
}

func changeTx(tx *db.Tx, eid id.ID, action string, f func(*db.Tx, Event) (Event, map[string]any, error)) (Event, error) {
	e, err := find(tx, eid, true)
	if err != nil {
		return e, err
	}
	e, details, err := f(tx, e)
	if err != nil {
		return e, err
	}
	if err := update(tx, e); err != nil {
		return e, constraints.Fault(err)
	}
	return e, journal.Note(tx, journal.Entry{Action: action, Object: "event", ObjectID: e.ID, Details: details})
}

// Update changes or moves an event.
func (s *Service) Update(ctx context.Context, eid id.ID, c Change) (Event, error) {
	return s.change(ctx, eid, "event.updated", func(tx *db.Tx, e Event) (Event, map[string]any, error) {
		to, err := e.step(Update)
		if err != nil {
			return e, nil, err
		}
		if to, err = checkTx(tx, c.apply(to)); err != nil {
			return e, nil, err
		}
		onSite, err := countOnSite(tx, eid)
		if err != nil {
			return e, nil, err
		}
		if err := to.seat(onSite); err != nil {
			return e, nil, err
		}
		m, err := e.moved(to, c.Reason)
		if err != nil || m == nil {
			return to, nil, err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return e, nil, err
		}
		m.At = tx.Now()
		to.Moves = append(to.Moves, *m)
		return to, map[string]any{"moved": true}, insertMove(tx, tenant, e.ID, *m)
	})
}

// Invite sets the rules of a draft, or invites more people to a published event.
func (s *Service) Invite(ctx context.Context, eid id.ID, rules []Invitation) (Event, error) {
	return s.change(ctx, eid, "event.invitations_set", func(tx *db.Tx, e Event) (Event, map[string]any, error) { return inviteTx(tx, e, rules) })
}

func inviteTx(tx *db.Tx, e Event, rules []Invitation) (Event, map[string]any, error) {
	e, err := e.invite(rules)
	if err != nil || e.State == Draft {
		return e, map[string]any{"rules": len(rules)}, err
	}
	return sendTx(tx, e, rules)
}

// sendTx writes who is meant and holds it against the place.
func sendTx(tx *db.Tx, e Event, rules []Invitation) (Event, map[string]any, error) {
	n, err := invite(tx, e, rules)
	if err != nil {
		return e, nil, err
	}
	e.Invited += int32(n)
	onSite, err := countOnSite(tx, e.ID)
	if err != nil {
		return e, nil, err
	}
	return e, map[string]any{"rules": len(rules), "invited": n}, e.seat(onSite)
}

// Publish freezes who is invited.
func (s *Service) Publish(ctx context.Context, eid id.ID) (e Event, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { e, err = PublishTx(tx, eid); return err })
	return e, err
}

// PublishTx publishes in the caller's transaction.
func PublishTx(tx *db.Tx, eid id.ID) (Event, error) {
	return changeTx(tx, eid, "event.published", func(tx *db.Tx, e Event) (Event, map[string]any, error) {
		today, err := government.TodayTx(tx)
		if err != nil {
			return e, nil, err
		}
		if e, err = e.publish(today); err != nil {
			return e, nil, err
		}
		e, details, err := sendTx(tx, e, e.Invitations)
		if err == nil && e.Invited == 0 && e.Kind != Coordination {
			err = fault.New(fault.Rule, "event.nobody_invited")
		}
		return e, details, err
	})
}

// Hold says that the event took place.
func (s *Service) Hold(ctx context.Context, eid id.ID, guests *[]Guest) (e Event, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error { e, err = HoldTx(tx, eid, guests); return err })
	return e, err
}

// HoldTx does it in the caller's transaction.
func HoldTx(tx *db.Tx, eid id.ID, guests *[]Guest) (Event, error) {
	return changeTx(tx, eid, "event.held", func(tx *db.Tx, e Event) (Event, map[string]any, error) {
		e, err := e.hold(tx.Now(), guests)
		return e, nil, err
	})
}

// Cancel ends an event that was not held.
func (s *Service) Cancel(ctx context.Context, eid id.ID, reason string) (Event, error) {
	return s.change(ctx, eid, "event.cancelled", func(_ *db.Tx, e Event) (Event, map[string]any, error) {
		e, err := e.step(Cancellation)
		e.CancelReason = reason
		return e, nil, err
	})
}

// RecordMinutes keeps the minutes of a meeting.
func (s *Service) RecordMinutes(ctx context.Context, eid id.ID, text string) (Event, error) {
	return s.change(ctx, eid, "event.minutes_recorded", func(_ *db.Tx, e Event) (Event, map[string]any, error) {
		e, err := e.step(MinutesTaken)
		e.Minutes = canon.Text(text)
		return e, map[string]any{"text_sha256": canon.Sum(e.Minutes).String()}, err
	})
}

// ActionPoints lists what a meeting agreed on.
func (s *Service) ActionPoints(ctx context.Context, eid id.ID) (out []ActionPoint, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := find(tx, eid, false); err != nil {
			return err
		}
		out, err = listPoints(tx, eid)
		return err
	})
	return out, err
}

// AddActionPoint adds what a meeting agreed on.
func (s *Service) AddActionPoint(ctx context.Context, p ActionPoint) (ActionPoint, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		e, err := find(tx, p.Event, true)
		if err != nil {
			return err
		}
		if p.OwnerOPD != nil {
			if _, err := opd.GetTx(tx, *p.OwnerOPD); err != nil {
				return err
			}
		}
		if err := e.allows(AddActionPoint); err != nil {
			return err
		}
		n, err := countPoints(tx, e.ID)
		if err != nil {
			return err
		}
		if n >= maxPoints {
			return fault.New(fault.Rule, "event.too_many_action_points")
		}
		p.ID, p.Version = tx.NewID(), 1
		if err := insertPoint(tx, tenant, p); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "event.action_point_added", Object: "event", ObjectID: e.ID, Details: map[string]any{"action_point_id": p.ID}})
	})
	return p, err
}

// CompleteActionPoint says that it is done.
func (s *Service) CompleteActionPoint(ctx context.Context, eid, pid id.ID, on day.Day, result string) (p ActionPoint, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		e, err := find(tx, eid, false)
		if err != nil {
			return err
		}
		if p, err = findPoint(tx, eid, pid); err != nil {
			return err
		}
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		if p, err = p.complete(e, on, today, result); err != nil {
			return err
		}
		if err := updatePoint(tx, p); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "event.action_point_completed", Object: "event", ObjectID: e.ID, Details: map[string]any{"action_point_id": p.ID}})
	})
	return p, err
}

// distinct drops doubles and keeps the order.
func distinct(in []id.ID) []id.ID {
	out, seen := make([]id.ID, 0, len(in)), map[id.ID]bool{}
	for _, x := range in {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}
