package history

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service reads the history.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// List gives the changes of the caller's government, or of the installation,
// newest first.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Entry], error) {
	out := []Entry{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		kinds := f.kinds()
		if len(kinds) == 0 {
			return nil // as if there were none: what is hidden has no place here
		}
		zone, err := government.ZoneTx(tx)
		if err != nil {
			return err
		}
		if out, err = list(tx, f, kinds, zone, r); err != nil {
			return err
		}
		return name(tx, out)
	})
	return page.Cut(r, out, func(e Entry) []string { return []string{e.At.Format(time.RFC3339Nano), e.ID.String()} }), err
}

// name fills in what accounts and clients are called.
func name(tx *db.Tx, entries []Entry) error {
	var actors []id.ID
	for _, e := range entries {
		if e.Actor != nil {
			actors = append(actors, *e.Actor)
		}
	}
	names, err := identity.ActorNamesTx(tx, actors)
	for i, e := range entries {
		if e.Actor != nil {
			entries[i].ActorName = names[*e.Actor]
		}
	}
	return err
}
