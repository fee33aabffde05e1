package workitem

import (
	"context"
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/page"
)

// Service joins the sources.
type Service struct {
	db      *db.DB
	sources []Source
}

// NewService joins the service to the database and to the sources. Two of one
// kind are a mistake of the programmer.
func NewService(d *db.DB, sources ...Source) *Service {
	seen := map[Kind]bool{}
	for _, s := range sources {
		if seen[s.Kind] || !authz.Known(s.Permission) {
			panic("workitem: the kind " + string(s.Kind) + " comes twice or names no permission")
		}
		seen[s.Kind] = true
	}
	return &Service{db: d, sources: sources}
}

// List gives the caller's work, soonest first, and today's legal day.
func (s *Service) List(ctx context.Context, r page.Request) (p page.Page[Item], today day.Day, err error) {
	after, err := last(r)
	if err != nil {
		return p, today, err
	}
	var out []Item
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if today, err = todayTx(tx); err != nil {
			return err
		}
		out, err = s.findTx(tx, today, after, r.Limit+1)
		return err
	})
	return page.Cut(r, out, key), today, err
}

// findTx asks every source whose act the caller may take, in the scope of that
// act.
func (s *Service) findTx(tx *db.Tx, today day.Day, after *Item, limit int) ([]Item, error) {
	own := tx.Scope()
	var out []Item
	for _, src := range s.sources {
		scope, err := authz.Decide(own.Principal(), src.Permission)
		if err != nil {
			continue // not an act of the caller's
		}
		if err := tx.Enter(scope); err != nil {
			return nil, err
		}
		q := ask(src.Kind, today, limit, after)
		found, err := src.Find(tx, q)
		if err != nil {
			return nil, fmt.Errorf("work of kind %s: %w", src.Kind, err)
		}
		for i := range found {
			found[i].Kind = src.Kind
		}
		out = append(out, q.behind(found)...)
	}
	slices.SortFunc(out, compare)
	return out[:min(len(out), limit)], tx.Enter(own)
}

// todayTx is the legal day of the caller's government; the installation's is
// Jakarta's, and so is that of an overseer of several.
func todayTx(tx *db.Tx) (day.Day, error) {
	tenant := authz.Platform
	if t := tx.Scope().Principal().Tenants; len(t) == 1 {
		tenant = t[0]
	}
	zone, err := government.ZoneOfTx(tx, tenant)
	if err != nil {
		return day.Day{}, err
	}
	return tx.Today(zone), nil
}
