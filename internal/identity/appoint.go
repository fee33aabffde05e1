package identity

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Appointment is what an operator asks by command: somebody who administers.
type Appointment struct {
	Email      string
	Name       string
	Role       authz.Role
	Government string // region code; empty for the installation
	Password   string // empty: a one-time code is issued
}

// Appoint opens the account of an administrator and gives the role. Where the
// account is there already, it gets the role it lacks and, unless the person
// also belongs elsewhere, a new password or code: the operator's way back in.
func (s *Service) Appoint(ctx context.Context, in Appointment) (code Issued, err error) {
	if in.Name == "" {
		in.Name = in.Email
	}
	if in.Password != "" {
		if err := checkPassword("/password", in.Password, in.Email); err != nil {
			return code, err
		}
	}
	hash := ""
	if in.Password != "" {
		if hash, err = s.hasher.Hash(ctx, in.Password); err != nil {
			return code, err
		}
	}
	err = s.db.Write(platform(ctx), func(tx *db.Tx) error {
		tenant, err := governmentByCode(tx, in.Government)
		if err != nil {
			return err
		}
		code, err = s.appointTx(tx, in, tenant, hash)
		return err
	})
	if err == nil {
		s.known.forget()
	}
	return code, err
}

// AppointTx does the same in a government's space that the transaction has just
// opened, always with a code. Call Forget when it is committed.
func (s *Service) AppointTx(tx *db.Tx, in Appointment, tenant int32) (Issued, error) {
	return s.appointTx(tx, in, tenant, "")
}

// Forget has everybody's rights read anew, after AppointTx.
func (s *Service) Forget() { s.known.forget() }

func (s *Service) appointTx(tx *db.Tx, in Appointment, tenant int32, hash string) (Issued, error) {
	a, err := s.memberForTx(tx, in, tenant)
	if err != nil {
		return Issued{}, err
	}
	if err := s.giveOnceTx(tx, a, in.Role, tenant); err != nil {
		return Issued{}, err
	}
	return s.letInTx(tx, a, tenant, hash)
}

// governmentByCode goes to the government with the region code.
func governmentByCode(tx *db.Tx, code string) (int32, error) {
	if code == "" {
		return authz.Platform, nil
	}
	e, err := government.EntryByCodeTx(tx, code)
	if fault.Is(err, "request.not_found") {
		return 0, fault.New(fault.NotFound, "account.government_unknown")
	}
	if err != nil {
		return 0, err
	}
	return e.Tenant, tx.Enter(authz.ForSystem(e.Tenant))
}

// memberForTx finds or opens the account, locked, as a member of the government.
func (s *Service) memberForTx(tx *db.Tx, in Appointment, tenant int32) (Account, error) {
	a, found, err := accountByName(tx, name{email: normalEmail(in.Email)})
	if err != nil {
		return a, err
	}
	if found {
		all, err := membershipsOf(tx, a.ID)
		if err != nil {
			return a, err
		}
		if slices.ContainsFunc(all, func(m Membership) bool { return m.Tenant == tenant }) {
			return accountByID(tx, a.ID, true)
		}
	}
	return s.OpenTx(tx, NewAccount{Name: in.Name, Email: in.Email})
}

func (s *Service) giveOnceTx(tx *db.Tx, a Account, role authz.Role, tenant int32) error {
	today, err := todayIn(tx, tenant)
	if err != nil {
		return err
	}
	have, err := grantsInForce(tx, a.ID, tenant, today)
	if err != nil || slices.ContainsFunc(have, func(g Grant) bool { return g.Role == role }) {
		return err
	}
	_, err = s.GiveTx(tx, Grant{Account: a.ID, Tenant: tenant, Role: role, From: today})
	return err
}

// letInTx sets the password given or issues a code.
func (s *Service) letInTx(tx *db.Tx, a Account, tenant int32, hash string) (Issued, error) {
	if a.State == Suspended {
		return Issued{}, fault.New(fault.Conflict, "account.state")
	}
	if hash == "" {
		return s.renewTx(tx, a, tenant)
	}
	all, err := membershipsOf(tx, a.ID)
	if err != nil {
		return Issued{}, err
	}
	if kind, err := kindOf(a, all, tenant); err != nil || kind == joinKind {
		return Issued{}, orElse(err, fault.New(fault.Conflict, "account.elsewhere"))
	}
	a.password, a.State = hash, Active
	a.Version++
	if err := updateAccount(tx, a, s.now()); err != nil {
		return Issued{}, err
	}
	if err := activateMembership(tx, a.ID, tenant); err != nil {
		return Issued{}, err
	}
	if _, err := endSessions(tx, s.now(), "password_set_by_operator", "account_id = ?", a.ID); err != nil {
		return Issued{}, err
	}
	return Issued{}, journal.Note(tx, journal.Entry{Action: "account.password_set", Object: "account", ObjectID: a.ID, Details: map[string]any{"by": "operator"}})
}
