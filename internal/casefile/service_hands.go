package casefile

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

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
		c.Handler = &account
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
