package doctor

import (
	"context"
	"fmt"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Service joins the checks.
type Service struct {
	db     *db.DB
	checks []Check
}

// NewService joins the service to the database and to the checks. Two of one
// code are a mistake of the programmer, unless one looks at governments and the
// other at the installation.
func NewService(d *db.DB, checks ...Check) *Service {
	type key struct {
		code  Code
		about About
	}
	seen := map[key]bool{}
	for _, c := range checks {
		k := key{c.Code, c.About}
		if seen[k] || c.About == 0 || c.Severity == "" {
			panic("doctor: the check " + string(c.Code) + " comes twice or is not whole")
		}
		seen[k] = true
	}
	return &Service{db: d, checks: checks}
}

// Checks are all there are.
func (s *Service) Checks() []Check { return s.checks }

// Look examines what the caller's token speaks for: a government, or the
// installation.
func (s *Service) Look(ctx context.Context) (r Report, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { r, err = s.lookTx(tx); return err })
	return r, err
}

// lookTx asks every check that looks at the transaction's place.
func (s *Service) lookTx(tx *db.Tx) (Report, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Report{}, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return Report{}, err
	}
	r := Report{At: tx.Now()}
	if r.Government, err = government.HomeTx(tx); err != nil {
		return r, err
	}
	for _, c := range s.checks {
		if c.About != placeOf(tenant) {
			continue
		}
		found, err := c.Find(tx, On(today))
		if err != nil {
			return r, fmt.Errorf("check %s: %w", c.Code, err)
		}
		for _, f := range found[:min(len(found), Most)] {
			r.Findings = append(r.Findings, c.finding(f))
		}
	}
	slices.SortFunc(r.Findings, order)
	return r, nil
}

func placeOf(tenant int32) About {
	if tenant == authz.Platform {
		return Installation
	}
	return Government
}

// Place is a government that was examined; its zero value is the installation.
type Place struct{ Code, Name string }

// Examined is the report of one place.
type Examined struct {
	Place
	Report
}

// Examine looks at the installation and all governments, or at the one with the
// region code, as the program: for the command line.
func (s *Service) Examine(ctx context.Context, code string) ([]Examined, error) {
	places, err := s.places(ctx, code)
	if err != nil {
		return nil, err
	}
	out := make([]Examined, 0, len(places))
	for _, p := range places {
		r, err := s.Look(authz.With(ctx, authz.ForSystem(p.Tenant)))
		if err != nil {
			return nil, err
		}
		out = append(out, Examined{Place{p.Code, p.Name}, r})
	}
	return out, nil
}

func (s *Service) places(ctx context.Context, code string) (out []government.Entry, err error) {
	err = government.Everywhere(ctx, s.db, func(tx *db.Tx) error {
		if code != "" {
			e, err := government.EntryByCodeTx(tx, code)
			out = []government.Entry{e}
			return err
		}
		for _, t := range tx.Scope().Tenants() {
			if t == authz.Platform {
				continue
			}
			e, err := government.EntryByTenantTx(tx, t)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		out = append([]government.Entry{{Tenant: authz.Platform}}, out...)
		return nil
	})
	return out, err
}
