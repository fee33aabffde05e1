package feed

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// batch is how many notes of one government are numbered in one transaction.
const batch = 1000

// Sequence numbers what is committed and not numbered yet, in all governments,
// and fills the feeds. more says that there may be more to do at once.
func (s *Service) Sequence(ctx context.Context) (more bool, err error) {
	tenants, err := s.due(ctx)
	if err != nil || len(tenants) == 0 {
		return false, err
	}
	told := false
	for _, t := range tenants {
		full, fed, ferr := s.sequence(authz.With(ctx, authz.ForSystem(t)), t)
		more, told, err = more || full, told || fed, errors.Join(err, ferr)
	}
	if told {
		s.fed.Ring()
	}
	return more && err == nil, err
}

func (s *Service) due(ctx context.Context) (out []int32, err error) {
	err = government.Everywhere(ctx, s.db, func(tx *db.Tx) (err error) { out, err = due(tx); return })
	return out, err
}

// sequence numbers one batch of one government. Another replica that does it
// already is left alone.
func (s *Service) sequence(ctx context.Context, tenant int32) (full, fed bool, err error) {
	err = s.db.Scratch(ctx, func(tx *db.Tx) error {
		full, fed = false, false
		size, ok, err := lockHead(tx, tenant)
		if err != nil || !ok {
			return err
		}
		now, err := number(tx, tenant, size, batch)
		if err != nil {
			return err
		}
		full = now-size == batch
		notes, err := public(tx, size, now)
		if err != nil || len(notes) == 0 {
			return err
		}
		fed = true
		return feed(tx, tenant, notes)
	})
	return full, fed, err
}

// feed copies public notes to the feeds of those they are told to. Feeds are
// locked in one order, so that two governments with one recipient do not wait
// for each other.
func feed(tx *db.Tx, tenant int32, notes []told) error {
	by := map[id.ID][]told{}
	for _, n := range notes {
		to := n.Recipient
		if to == nil {
			own, err := government.EntryByTenantTx(tx, tenant)
			if err != nil {
				return err
			}
			to = &own.ID
		}
		by[*to] = append(by[*to], n)
	}
	to := make([]id.ID, 0, len(by))
	for r := range by {
		to = append(to, r)
	}
	slices.SortFunc(to, func(a, b id.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, r := range to {
		last, err := reserve(tx, r, len(by[r]))
		if err != nil {
			return err
		}
		rows := make([]entryRow, 0, len(by[r]))
		for i, n := range by[r] {
			rows = append(rows, entryRow{RecipientID: r, Seq: last - int64(len(by[r])-1-i), TenantID: tenant, JournalID: n.ID, Type: n.Type, ObjectID: n.ObjectID, At: n.At})
		}
		if err := insert(tx, rows); err != nil {
			return err
		}
	}
	return nil
}
