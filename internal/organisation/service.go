package organisation

import (
	"context"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"organisation_name_key": func() *fault.Fault { return fault.New(fault.Conflict, "organisation.exists") },
}

// Service is the use cases of organisations.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// GetTx finds an organisation; other resources ask it whom they name.
func GetTx(tx *db.Tx, oid id.ID) (Organisation, error) { return find(tx, oid, false) }

// List lists organisations by name.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Organisation], error) {
	var out []Organisation
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = list(tx, f, r); return })
	return page.Cut(r, out, func(o Organisation) []string { return []string{o.Name, o.ID.String()} }), err
}

// Get reads one organisation.
func (s *Service) Get(ctx context.Context, oid id.ID) (o Organisation, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { o, err = GetTx(tx, oid); return err })
	return o, err
}

// Create adds an organisation.
func (s *Service) Create(ctx context.Context, o Organisation) (Organisation, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { o, err = CreateTx(tx, o); return })
	return o, err
}

// CreateTx adds an organisation in the caller's transaction.
func CreateTx(tx *db.Tx, o Organisation) (Organisation, error) {
	if err := o.check(); err != nil {
		return o, err
	}
	o.ID, o.Version = tx.NewID(), 1
	if err := insert(tx, o); err != nil {
		return o, constraints.Fault(err)
	}
	return o, journal.Note(tx, journal.Entry{Action: "organisation.created", Object: "organisation", ObjectID: o.ID,
		Details: map[string]any{"kind": o.Kind, "region_code": o.RegionCode}})
}

// Update corrects how an organisation is called.
func (s *Service) Update(ctx context.Context, oid id.ID, c Change) (o Organisation, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if o, err = find(tx, oid, true); err != nil {
			return err
		}
		o = c.apply(o)
		if err := update(tx, o); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: "organisation.updated", Object: "organisation", ObjectID: o.ID,
			Details: map[string]any{"fields": c.fields()}})
	})
	return o, err
}

// End sets the last day of an organisation.
func (s *Service) End(ctx context.Context, oid id.ID, last day.Day) (o Organisation, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if o, err = find(tx, oid, true); err != nil {
			return err
		}
		if o, err = o.end(last); err != nil {
			return err
		}
		if err := update(tx, o); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "organisation.ended", Object: "organisation", ObjectID: o.ID})
	})
	return o, err
}
