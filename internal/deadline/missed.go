package deadline

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Missed is the fact that a term passed without the step it asked for.
type Missed struct {
	ID     id.ID
	Clock  id.ID
	Object Object
	Rule   string
	From   day.Day
	Due    day.Day
	// MustAct is whose turn it was, and Mandate by which one, where it was the
	// appointing authority's.
	MustAct catalog.Party
	Mandate *id.ID
	// Found is the day on which it was recorded.
	Found day.Day
	// Done is the day on which the step was taken after all, and Today that of the
	// reading.
	Done  *day.Day
	Today day.Day
}

// Late is by how many calendar days the step came late, or is late by today.
func (m Missed) Late() int {
	if m.Done != nil {
		return max(m.Due.DaysUntil(*m.Done), 0)
	}
	return max(m.Due.DaysUntil(m.Today), 0)
}

// miss records that a term passed, once for each day it had. What only the
// subject could have done was the subject's to leave.
func miss(tx *db.Tx, t Running, today day.Day) error {
	if t.Rule.MustAct == catalog.SubjectOfCase {
		return nil
	}
	m := Missed{ID: tx.NewUnorderedID(), Clock: t.Clock.ID, Object: t.Clock.Object, Rule: t.Rule.Code, From: t.Clock.From, Due: t.Day, MustAct: t.Rule.MustAct, Found: today}
	if m.MustAct == catalog.AppointingAuthority {
		var err error
		if m.Mandate, err = government.OwnerTx(tx, government.AppointingAuthority, m.Due); err != nil {
			return err
		}
	}
	fresh, err := insertMissed(tx, m)
	if err != nil || !fresh {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "deadline.missed", Object: string(m.Object.Kind), ObjectID: m.Object.ID,
		Details: map[string]any{"deadline_id": m.Clock, "rule": m.Rule, "due_on": m.Due, "must_act": m.MustAct, "mandate_id": m.Mandate}})
}

// MissedOfTx lists the terms of an object that passed, in their order.
func MissedOfTx(tx *db.Tx, o Object) ([]Missed, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	return missedRows(missed(tx).Where("deadline_missed.object_kind = ? AND deadline_missed.object_id = ?", o.Kind, o.ID).Order("deadline_missed.due_on, deadline_missed.id"), today)
}

// MissedFilter narrows the list of terms that passed.
type MissedFilter struct {
	Kind    Kind
	Object  *id.ID
	MustAct catalog.Party
	// Open leaves out those whose step was taken after all.
	Open bool
}

// ListMissed lists the terms that passed, oldest first, of what the caller may
// see.
func (s *Service) ListMissed(ctx context.Context, f MissedFilter, r page.Request) (page.Page[Missed], error) {
	var out []Missed
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		l, err := lawTx(tx)
		if err != nil {
			return err
		}
		return s.through(tx, f.Kind, func(o Owner) error {
			found, err := listMissed(tx, o, f, r, l.Today)
			out = append(out, found...)
			return err
		})
	})
	slices.SortFunc(out, func(a, b Missed) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	out = out[:min(len(out), r.Limit+1)]
	return page.Cut(r, out, func(m Missed) []string { return []string{m.Due.String(), m.ID.String()} }), err
}
