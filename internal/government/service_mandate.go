package government

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// ListMandates lists mandates, newest first.
func (s *Service) ListMandates(ctx context.Context, f MandateFilter, r page.Request) (page.Page[Mandate], day.Day, error) {
	var out []Mandate
	var today day.Day
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		out, err = listMandates(tx, f, r)
		return err
	})
	return page.Cut(r, out, func(m Mandate) []string { return []string{m.From.String(), m.ID.String()} }), today, err
}

// GetMandate reads one mandate and today's legal day.
func (s *Service) GetMandate(ctx context.Context, mid id.ID) (m Mandate, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		m, err = findMandate(tx, mid, false)
		return err
	})
	return m, today, err
}

// CreateMandate records who holds an office.
func (s *Service) CreateMandate(ctx context.Context, m Mandate) (Mandate, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { m, today, err = CreateMandateTx(tx, m); return })
	return m, today, err
}

// CreateMandateTx records who holds an office in the caller's transaction. The
// government is locked, so that two holders cannot slip in at once.
func CreateMandateTx(tx *db.Tx, m Mandate) (Mandate, day.Day, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return m, day.Day{}, err
	}
	today, err := TodayTx(tx)
	if err != nil {
		return m, today, err
	}
	if err := LockTx(tx); err != nil {
		return m, today, err
	}
	others, err := mandatesOf(tx, m.Office)
	if err != nil {
		return m, today, err
	}
	if err := m.check(others); err != nil {
		return m, today, err
	}
	if len(m.Powers) == 0 {
		m.Powers = []Power{PowerAll}
	}
	m.ID, m.Version, m.RecordedLater = tx.NewID(), 1, m.From.Before(today)
	if err := insertMandate(tx, tenant, m); err != nil {
		return m, today, constraints.Fault(err)
	}
	return m, today, journal.Note(tx, journal.Entry{Action: "mandate.created", Object: "mandate", ObjectID: m.ID,
		Details: map[string]any{"office": m.Office, "holder_kind": m.HolderKind}})
}

// EndMandate sets the last day of a mandate.
func (s *Service) EndMandate(ctx context.Context, mid id.ID, last day.Day) (m Mandate, today day.Day, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if today, err = TodayTx(tx); err != nil {
			return err
		}
		if m, err = findMandate(tx, mid, true); err != nil {
			return err
		}
		if m, err = m.end(last); err != nil {
			return err
		}
		if err := updateMandateEnd(tx, m); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "mandate.ended", Object: "mandate", ObjectID: m.ID})
	})
	return m, today, err
}

// MandateTx reads one mandate.
func MandateTx(tx *db.Tx, mid id.ID) (Mandate, error) { return findMandate(tx, mid, false) }

// OwnerTx is the mandate of who owes what an office must do on a legal day; nil
// where none is recorded. A Plh and a delegate stand beside the one who owes it.
func OwnerTx(tx *db.Tx, office Office, on day.Day) (*id.ID, error) {
	holders, err := HoldersTx(tx, office, on)
	if err != nil {
		return nil, err
	}
	for _, m := range holders {
		if m.HolderKind != Plh && m.HolderKind != Delegate {
			return &m.ID, nil
		}
	}
	return nil, nil
}

// HoldersTx answers who could act in an office on a legal day: the mandates in
// force then. Decisions and letters ask it.
func HoldersTx(tx *db.Tx, office Office, on day.Day) ([]Mandate, error) {
	all, err := mandatesOf(tx, office)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(m Mandate) bool { return !m.On(on) }), nil
}
