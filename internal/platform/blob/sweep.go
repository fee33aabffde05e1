package blob

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// grace is how long a file may lie there before its row is committed; far more
// than any request takes.
const grace = 24 * time.Hour

// batch is how many files are looked up at once.
const batch = 500

// Sweep removes the files of one government that have no row: those of requests
// that failed or were killed, and of rows that are gone.
func (s *Store) Sweep(ctx context.Context) error { return s.sweep(ctx, time.Now().Add(-grace)) }

func (s *Store) sweep(ctx context.Context, before time.Time) error {
	scope, _ := authz.From(ctx)
	tenant, err := scope.Home()
	if err != nil {
		return err
	}
	if tenant == authz.Platform { // files on their way are the installation's
		return s.sweepSpool(before)
	}
	var old []id.ID
	err = s.shelf.list(ctx, prefix(tenant), func(key string, at time.Time) error {
		oid, perr := id.Parse(path.Base(key))
		if at.After(before) || perr != nil {
			return nil // young, or none of ours
		}
		if old = append(old, oid); len(old) < batch {
			return nil
		}
		defer func() { old = old[:0] }()
		return s.removeOrphans(ctx, tenant, old)
	})
	if err != nil {
		return err
	}
	return s.removeOrphans(ctx, tenant, old)
}

func (s *Store) removeOrphans(ctx context.Context, tenant int32, oids []id.ID) error {
	if len(oids) == 0 {
		return nil
	}
	var orphans map[id.ID]bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { orphans, err = missing(tx, oids); return err })
	for oid := range orphans {
		err = errors.Join(err, s.shelf.remove(ctx, Object{Tenant: tenant, ID: oid}.key()))
	}
	return err
}

func (s *Store) sweepSpool(before time.Time) error {
	if s.spool == "" {
		return nil
	}
	entries, err := os.ReadDir(s.spool)
	for _, e := range entries {
		info, ierr := e.Info()
		if ierr == nil && info.ModTime().Before(before) {
			err = errors.Join(err, os.Remove(filepath.Join(s.spool, e.Name())))
		}
	}
	return err
}
