package casefile

import (
	"context"

	"github.com/netral-asn/netral/internal/deadline"
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

// Service is the use cases of cases.
type Service struct {
	db     *db.DB
	master *seal.Master
}

// NewService joins the service to the database and to the key that seals texts.
func NewService(d *db.DB, m *seal.Master) *Service { return &Service{db: d, master: m} }

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
	l, err := deadline.NewCounter(tx)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(cases))
	for _, c := range cases {
		i := Item{Case: c, View: c.ViewOf(tx.Scope()), Today: l.Today}
		running, err := l.Running(c.Clocks)
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

// ByIDsTx reads cases, whoever may see them: for lists that were made of
// VisibleIDs.
func (s *Service) ByIDsTx(tx *db.Tx, ids []id.ID) (map[id.ID]Case, error) {
	return byIDs(tx, s.master, ids)
}

// fileTx adds to a case what hangs on it.
func (s *Service) fileTx(tx *db.Tx, c Case) (f File, err error) {
	f = File{Case: c, View: c.ViewOf(tx.Scope())}
	l, err := deadline.NewCounter(tx)
	if err != nil {
		return f, err
	}
	f.Today = l.Today
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
	if f.Deadlines, err = l.Running(c.Clocks); err != nil {
		return f, err
	}
	if f.Missed, err = deadline.MissedOfTx(tx, c.object()); err != nil {
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

// record writes a step into the history and the journal, from which read
// models follow.
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
	if err := s.finishReports(tx, tenant, c, from); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "case.step_taken", Object: "case", ObjectID: c.ID,
		Details: map[string]any{"step": e.Step, "to": e.To, "on": e.On}})
}
