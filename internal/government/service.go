package government

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

var constraints = db.Constraints{
	"government_serial_last_check": func() *fault.Fault { return fault.New(fault.Conflict, "numbering.used_up").Allowing([]string{}) },
	"tenant_code_key":              func() *fault.Fault { return fault.New(fault.Conflict, "government.code_taken") },
	"mandate_delegates_fkey":       func() *fault.Fault { return fault.Missing() },
}

// Service is the use cases of governments and mandates.
type Service struct{ db *db.DB }

// NewService joins the service to the database.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// Directory lists every government for the public.
func (s *Service) Directory(ctx context.Context, r page.Request) (page.Page[Entry], error) {
	var out []Entry
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = directory(tx, r); return })
	return page.Cut(r, out, func(e Entry) []string { return []string{e.Code} }), err
}

// EntryByIDTx finds a government in the directory by its opaque id.
func EntryByIDTx(tx *db.Tx, gid id.ID) (Entry, error) { return findEntry(tx, "id", gid) }

// EntryByCodeTx finds a government in the directory by its region code.
func EntryByCodeTx(tx *db.Tx, code string) (Entry, error) { return findEntry(tx, "code", code) }

// EntryByTenantTx finds a government in the directory by its tenant number.
func EntryByTenantTx(tx *db.Tx, tenant int32) (Entry, error) {
	return findEntry(tx, "tenant_id", tenant)
}

// HomeTx is the government the transaction speaks for; nil for the installation
// and for who speaks for several.
func HomeTx(tx *db.Tx) (*id.ID, error) {
	tenant, err := tx.Tenant()
	if err != nil || tenant == authz.Platform {
		return nil, nil //nolint:nilerr,nilnil // several are no home
	}
	e, err := EntryByTenantTx(tx, tenant)
	return &e.ID, err
}

// EnterTx goes on in the one of the caller's governments that has a region code,
// for who speaks for several; without a code it stays. One that is not the
// caller's is not there.
func EnterTx(tx *db.Tx, code string) error {
	if code == "" {
		return nil
	}
	e, err := EntryByCodeTx(tx, code)
	if err != nil {
		return err
	}
	scope, ok := tx.Scope().In(e.Tenant)
	if !ok {
		return fault.Missing()
	}
	return tx.Enter(scope)
}

// CoveredTx lists the tenant numbers of the governments in an area: a region code
// of a province covers the regencies and cities below it, none the nation.
func CoveredTx(tx *db.Tx, region string) ([]int32, error) { return covered(tx, region) }

// ZoneOfTx is the zone of a government's legal days; the installation's are
// Jakarta's.
func ZoneOfTx(tx *db.Tx, tenant int32) (*time.Location, error) {
	if tenant == authz.Platform {
		return time.LoadLocation("Asia/Jakarta")
	}
	e, err := EntryByTenantTx(tx, tenant)
	if err != nil {
		return nil, err
	}
	return e.Location()
}

// ZoneTx is the zone of legal days where the transaction writes to.
func ZoneTx(tx *db.Tx) (*time.Location, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return nil, err
	}
	return ZoneOfTx(tx, tenant)
}

// TodayTx is the legal day where the transaction writes to.
func TodayTx(tx *db.Tx) (day.Day, error) {
	zone, err := ZoneTx(tx)
	if err != nil {
		return day.Day{}, err
	}
	return tx.Today(zone), nil
}

// LockTx keeps everybody else out of what is done under LockTx or ShareTx in the
// transaction's government, until it ends.
func LockTx(tx *db.Tx) error { return holdGovernment(tx, db.ForUpdate("government")) }

// ShareTx lets others in beside, and keeps out who wants to LockTx.
func ShareTx(tx *db.Tx) error { return holdGovernment(tx, db.ForKeyShare("government")) }

// List lists the caller's governments.
func (s *Service) List(ctx context.Context, r page.Request) (page.Page[Government], error) {
	var out []Government
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { out, err = listGovernments(tx, r); return })
	return page.Cut(r, out, func(g Government) []string { return []string{g.Code} }), err
}

// Get reads one of the caller's governments.
func (s *Service) Get(ctx context.Context, gid id.ID) (g Government, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { g, err = findGovernment(tx, gid, false); return err })
	return g, err
}

// Create opens a government's space. It belongs to the installation until the
// new tenant number is known, then to the government itself, both locks moved.
func (s *Service) Create(ctx context.Context, g Government) (Government, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) { g, err = CreateTx(tx, g); return })
	return g, err
}

// CreateTx opens a government's space in the caller's transaction.
func CreateTx(tx *db.Tx, g Government) (Government, error) {
	g.ID, g.Version = tx.NewID(), 1
	var err error
	if g.Tenant, err = insertTenant(tx, g); err != nil {
		return g, constraints.Fault(err)
	}
	if err := tx.Enter(authz.Founding(tx.Scope(), g.Tenant)); err != nil {
		return g, err
	}
	if err := insertGovernment(tx, g); err != nil {
		return g, err
	}
	if err := insertNumbering(tx, g.Tenant, usual()); err != nil {
		return g, err
	}
	return g, journal.Note(tx, journal.Entry{Action: "government.created", Object: "government", ObjectID: g.ID})
}

// Update changes what a government set for itself.
func (s *Service) Update(ctx context.Context, gid id.ID, c Change) (g Government, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if g, err = findGovernment(tx, gid, true); err != nil {
			return err
		}
		g = c.apply(g)
		if err := updateGovernment(tx, g); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "government.updated", Object: "government", ObjectID: g.ID,
			Details: map[string]any{"fields": slices.Sorted(slices.Values(c.fields()))}})
	})
	return g, err
}

// SetLogo sets the logo to a picture that was sent, or takes it away.
func (s *Service) SetLogo(ctx context.Context, gid id.ID, sent io.Reader) (g Government, err error) {
	if g, err = s.Get(ctx, gid); err != nil { // nothing is read or decoded for a stranger
		return g, err
	}
	var l *Logo
	if sent != nil {
		if l, err = receiveLogo(sent); err != nil {
			return g, err
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if g, err = findGovernment(tx, gid, true); err != nil {
			return err
		}
		if err := replaceLogo(tx, g.Tenant, l); err != nil {
			return err
		}
		g.Logo = l
		g.Version++
		if err := updateGovernment(tx, g); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "government.updated", Object: "government", ObjectID: g.ID, Details: map[string]any{"fields": []string{"logo"}}})
	})
	return g, err
}

// receiveLogo reads at most what a logo may be, and one byte to tell that it was
// more.
func receiveLogo(sent io.Reader) (*Logo, error) {
	body, err := io.ReadAll(io.LimitReader(sent, logoBytes+1))
	if err != nil {
		return nil, fault.New(fault.Shape, "request.invalid")
	}
	l, err := ReadLogo(body)
	return &l, err
}

// Profile is how a government presents itself to everybody.
func (s *Service) Profile(ctx context.Context, gid id.ID) (g Government, err error) {
	err = s.inside(ctx, gid, func(tx *db.Tx) error { g, err = findGovernment(tx, gid, false); return err })
	return g, err
}

// Picture is a government's logo with the picture.
func (s *Service) Picture(ctx context.Context, gid id.ID) (l Logo, err error) {
	err = s.inside(ctx, gid, func(tx *db.Tx) error { l, err = findPicture(tx); return err })
	return l, err
}

// inside reads for somebody who is nobody in the government that the path names.
func (s *Service) inside(ctx context.Context, gid id.ID, read func(*db.Tx) error) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		e, err := EntryByIDTx(tx, gid)
		if err != nil {
			return err
		}
		if err := tx.Enter(authz.ForPublic(e.Tenant)); err != nil {
			return err
		}
		return read(tx)
	})
}

// Everywhere reads in all governments and the installation's own space at once,
// as the program.
func Everywhere(ctx context.Context, d *db.DB, read func(*db.Tx) error) error {
	return d.Read(authz.With(ctx, authz.ForSystem(authz.Platform)), func(tx *db.Tx) error {
		all, err := tenants(tx)
		if err != nil {
			return err
		}
		if err := tx.Enter(authz.ForSearch(append(all, authz.Platform))); err != nil {
			return err
		}
		return read(tx)
	})
}

// Each does work in every government in turn and in the installation's own
// space, as the program; one that fails does not keep the others from theirs.
func (s *Service) Each(ctx context.Context, work func(context.Context) error) error {
	all := []int32{authz.Platform}
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		some, err := tenants(tx)
		all = append(all, some...)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, t := range all {
		failed = errors.Join(failed, work(authz.With(ctx, authz.ForSystem(t))))
	}
	return failed
}
