package asn

import (
	"context"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Follower is a package of higher rank that keeps something about persons. It is
// told, in the merger's own transaction, that a record was joined to another,
// and sees to it that whatever it knows of either is known of the one that
// stays, once. See the package's doc for how.
type Follower interface {
	MergedTx(tx *db.Tx, goes, stays id.ID) error
}

// Merge joins two records of one human. Needs a reason, which the journal keeps
// by its presence only: it may name persons.
func (s *Service) Merge(ctx context.Context, stays, goes id.ID) (p Person, err error) {
	if stays == goes {
		return p, fault.New(fault.Rule, "asn.merge_self").At("/goes_id", "asn.merge_self")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lockBoth(tx, stays, goes); err != nil {
			return err
		}
		if p, err = mergeTx(tx, stays, goes); err != nil {
			return err
		}
		if err := s.followTx(tx, goes, stays); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "asn.merged", Object: "asn", ObjectID: stays, Details: map[string]any{"goes_id": goes}})
	})
	return p, err
}

// lockBoth locks two records, always in the same order.
func lockBoth(tx *db.Tx, one, other id.ID) error {
	if other.String() < one.String() {
		one, other = other, one
	}
	for _, x := range []id.ID{one, other} {
		if _, err := find(tx, x, true); err != nil {
			return err
		}
	}
	return nil
}

// mergeTx closes the record that goes and hands its history to the one that
// stays.
func mergeTx(tx *db.Tx, stays, goes id.ID) (Person, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Person{}, err
	}
	gone, err := find(tx, goes, false)
	if err != nil {
		return gone, err
	}
	gone.State, gone.MergedInto, gone.NIP = "merged", &stays, ""
	gone.Version++
	if err := update(tx, tenant, gone, false); err != nil {
		return gone, err
	}
	if err := inherit(tx, goes, stays); err != nil {
		return gone, err
	}
	p, err := find(tx, stays, false)
	if err != nil {
		return p, err
	}
	p.Version++
	return p, update(tx, tenant, p, false)
}

// followTx tells everybody who keeps something about persons: those below by
// name, those above through Follower.
func (s *Service) followTx(tx *db.Tx, goes, stays id.ID) error {
	if err := government.HolderMergedTx(tx, goes, stays); err != nil {
		return err
	}
	if err := opd.OfficerMergedTx(tx, goes, stays); err != nil {
		return err
	}
	for _, f := range s.followers {
		if err := f.MergedTx(tx, goes, stays); err != nil {
			return err
		}
	}
	return nil
}
