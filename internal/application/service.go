package application

import (
	"context"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Service is the use cases of applications.
type Service struct {
	db       *db.DB
	identity *identity.Service
	master   *seal.Master
}

// NewService joins the service to the database and to accounts.
func NewService(d *db.DB, i *identity.Service, m *seal.Master) *Service {
	return &Service{db: d, identity: i, master: m}
}

func (s *Service) hash(code string) []byte {
	return s.master.KeyedHash("application tracking code", code)
}

// Submit takes an application in and draws the code that tells what became of it.
// One for a government that has its space already is told so: the directory says
// the same.
func (s *Service) Submit(ctx context.Context, a Application) (Application, string, error) {
	code := authn.NewCode()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		a.ID, a.State, a.Submitted, a.Version = tx.NewID(), Submitted, today, 1
		if err := a.check(today); err != nil {
			return err
		}
		if err := unopened(tx, a.Wanted.Code); err != nil {
			return err
		}
		if err := insert(tx, a, s.hash(code)); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "government_application.submitted", Object: "government_application", ObjectID: a.ID})
	})
	return a, authn.PrintCode(code), err
}

// unopened refuses the code of a government that has its space.
func unopened(tx *db.Tx, code string) error {
	_, err := government.EntryByCodeTx(tx, code)
	switch {
	case err == nil:
		return fault.New(fault.Conflict, "government.code_taken").Allowing([]string{})
	case fault.Is(err, "request.not_found"):
		return nil
	}
	return err
}

// Status tells whoever has the code what became of the application.
func (s *Service) Status(ctx context.Context, typed string) (Application, error) {
	code, ok := authn.ParseCode(typed)
	if !ok {
		return Application{}, fault.New(fault.Rule, "application.code_mistyped").At("/code", "application.code_mistyped")
	}
	return s.read(ctx, func(tx *db.Tx, today day.Day) (Application, error) { return byCode(tx, s.hash(code), today) })
}

// Filter narrows the list.
type Filter struct{ State State }

// List gives applications, oldest first.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Page[Application], error) {
	var out []Application
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		out, err = list(tx, f, today, r)
		return err
	})
	return page.Cut(r, out, func(a Application) []string { return []string{a.Submitted.String(), a.ID.String()} }), err
}

// Get gives one.
func (s *Service) Get(ctx context.Context, aid id.ID) (Application, error) {
	return s.read(ctx, func(tx *db.Tx, today day.Day) (Application, error) { return find(tx, aid, today, false) })
}

// read gives an application as it is today.
func (s *Service) read(ctx context.Context, one func(*db.Tx, day.Day) (Application, error)) (a Application, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		a, err = one(tx, today)
		return err
	})
	return a, err
}

// Approve opens the space, names the applicant its first administrator and
// issues the code for that account, all or nothing. The code goes to the agency
// by other means, so that an address nobody checked opens nothing.
func (s *Service) Approve(ctx context.Context, aid id.ID) (a Application, code identity.Issued, err error) {
	err = s.decide(ctx, aid, func(tx *db.Tx, seen Application, today day.Day) error {
		who := seen.Applicant
		a = seen.close(Approved, today)
		a.DecidedBy = decider(tx)
		g, err := government.CreateTx(tx, seen.Wanted)
		if err != nil {
			return err
		}
		a.Government = &g.ID
		code, err = s.identity.AppointTx(tx, identity.Appointment{Email: who.Email, Name: who.Name, Role: authz.GovernmentAdmin}, g.Tenant)
		if err != nil {
			return err
		}
		if err := tx.Enter(authz.Founding(tx.Scope(), authz.Platform)); err != nil {
			return err
		}
		return settle(tx, a)
	})
	if err == nil {
		s.identity.Forget()
	}
	return a, code, err
}

// Reject closes an application with the reason that the applicant reads.
func (s *Service) Reject(ctx context.Context, aid id.ID, reason string) (a Application, err error) {
	err = s.decide(ctx, aid, func(tx *db.Tx, seen Application, today day.Day) error {
		a = seen.close(Rejected, today)
		a.DecidedBy, a.Reason = decider(tx), reason
		return settle(tx, a)
	})
	return a, err
}

// decide locks an application that waits for a decision.
func (s *Service) decide(ctx context.Context, aid id.ID, take func(*db.Tx, Application, day.Day) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		a, err := find(tx, aid, today, true)
		if err != nil {
			return err
		}
		if err := a.decide(); err != nil {
			return err
		}
		return take(tx, a, today)
	})
}

func decider(tx *db.Tx) *id.ID {
	who := tx.Scope().Principal().ID
	return &who
}

func settle(tx *db.Tx, a Application) error {
	if err := update(tx, a); err != nil {
		return err
	}
	return journal.Note(tx, journal.Entry{Action: "government_application." + string(a.State), Object: "government_application", ObjectID: a.ID})
}

// Sweep closes what nobody decided in time, so that who asked is forgotten.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(authz.With(ctx, authz.ForSystem(authz.Platform)), func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		over, err := overdue(tx, today)
		if err != nil {
			return err
		}
		if len(over) == 0 {
			journal.Routine(tx) // nothing was written
		}
		for _, a := range over {
			if err := settle(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}
