package identity

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Me is what somebody may know of themselves.
type Me struct {
	Account
	Principal      authz.Principal
	Roles          []RoleInForce
	Places         []place
	Here           place
	FactorRequired bool
	RecoveryLeft   int64
}

// RoleInForce is a role with its reach.
type RoleInForce struct {
	Grant
	OPDName string
}

// Me reads the caller.
func (s *Service) Me(ctx context.Context) (m Me, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { m, err = s.meTx(tx); return err })
	return m, err
}

func (s *Service) meTx(tx *db.Tx) (m Me, err error) {
	m.Principal = tx.Scope().Principal()
	if m.Account, err = accountByID(tx, m.Principal.ID, false); err != nil {
		return m, err
	}
	if m.Places, err = places(tx, m.ID); err != nil {
		return m, err
	}
	home := m.Principal.Tenants[0]
	if i := slices.IndexFunc(m.Places, func(p place) bool { return p.Tenant == home }); i >= 0 {
		m.Here = m.Places[i]
	}
	if m.RecoveryLeft, err = recoveryLeft(tx, m.ID); err != nil {
		return m, err
	}
	m.FactorRequired = s.needsFactor(m.Principal.Grants)
	m.Roles, err = rolesTx(tx, m.Principal, home)
	return m, err
}

// rolesTx lists the roles of the principal with what is known of them.
func rolesTx(tx *db.Tx, p authz.Principal, home int32) ([]RoleInForce, error) {
	today, err := todayIn(tx, home)
	if err != nil {
		return nil, err
	}
	given, err := grantsInForce(tx, p.ID, home, today)
	if err != nil {
		return nil, err
	}
	out := make([]RoleInForce, 0, len(given)+1)
	for _, g := range given {
		r := RoleInForce{Grant: g}
		if g.OPD != nil {
			u, err := opd.GetTx(tx, *g.OPD)
			if err != nil && !fault.Is(err, "request.not_found") {
				return nil, err
			}
			r.OPDName = u.Name
		}
		out = append(out, r)
	}
	if p.Person != id.Nil {
		out = append(out, RoleInForce{Grant: Grant{Role: authz.ASN}})
	}
	return out, nil
}

// changeSelf locks the caller's account, changes it and notes what was done.
func (s *Service) changeSelf(ctx context.Context, action string, f func(*db.Tx, *Account) error) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(tx, tx.Scope().Principal().ID, true)
		if err != nil {
			return err
		}
		if err := f(tx, &a); err != nil {
			return err
		}
		a.Version++
		if err := updateAccount(tx, a, s.now()); err != nil {
			return constraints.Fault(err)
		}
		return journal.Note(tx, journal.Entry{Action: action, Object: "account", ObjectID: a.ID})
	})
	if err == nil {
		s.known.forget()
	}
	return err
}

// UpdateMe changes the own e-mail address and phone; nil stays as it is.
func (s *Service) UpdateMe(ctx context.Context, email, phone *string) (Me, error) {
	err := s.changeSelf(ctx, "account.updated", func(_ *db.Tx, a *Account) error {
		if email != nil {
			a.Email = normalEmail(*email)
		}
		if phone != nil {
			a.Phone = *phone
		}
		return nil
	})
	if err != nil {
		return Me{}, err
	}
	return s.Me(ctx)
}

// prove holds the present password of an account. One without a password has
// nothing that could be right.
func (s *Service) prove(ctx context.Context, a Account, password, pointer string) error {
	ok, _, err := s.hasher.Check(ctx, a.password, password)
	if err == nil && !ok {
		err = fault.New(fault.Rule, "auth.password_wrong").At(pointer, "auth.password_wrong")
	}
	return err
}

// proven changes the caller's account after its present password was shown. The
// password is checked before the account is locked: a hash takes its time.
func (s *Service) proven(ctx context.Context, action, password, pointer string, f func(*db.Tx, *Account) error) error {
	return s.guarded(ctx, func() error {
		var seen Account
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			seen, err = accountByID(tx, tx.Scope().Principal().ID, false)
			return err
		})
		if err != nil {
			return err
		}
		if seen.password != "" { // who comes by an outside identity provider has none; the session is proof enough
			if err := s.prove(ctx, seen, password, pointer); err != nil {
				return err
			}
		}
		return s.changeSelf(ctx, action, func(tx *db.Tx, a *Account) error {
			if a.password != seen.password {
				return fault.New(fault.Rule, "auth.password_wrong").At(pointer, "auth.password_wrong")
			}
			return f(tx, a)
		})
	})
}

// guarded counts wrong present passwords like failed sign-ins, so that a stolen
// access token does not serve to try passwords.
func (s *Service) guarded(ctx context.Context, f func() error) error {
	p, _ := authz.From(ctx)
	own := s.attempt(ctx, name{email: "own " + p.Principal().ID.String()})
	if err := s.admit(ctx, own); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { journal.Routine(tx); return s.succeededTx(tx, own) })
}

// ChangePassword sets another password; all other sessions end.
func (s *Service) ChangePassword(ctx context.Context, present, next string) error {
	hash, err := s.hasher.Hash(ctx, next)
	if err != nil {
		return err
	}
	return s.proven(ctx, "account.password_changed", present, "/current_password", func(tx *db.Tx, a *Account) error {
		if err := s.acceptable("/new_password", next, *a); err != nil {
			return err
		}
		a.password = hash
		_, err := endSessions(tx, s.now(), "password_changed", "account_id = ? AND id <> ?", a.ID, tx.Scope().Principal().Session)
		return err
	})
}

// acceptable holds a new password to its rules.
func (s *Service) acceptable(pointer, password string, a Account) error {
	local, _, _ := strings.Cut(a.Email, "@")
	return checkPassword(pointer, password, a.Email, local, a.Name)
}

// StartTOTP draws a second factor, which counts once it is confirmed.
func (s *Service) StartTOTP(ctx context.Context, password, factor string) (secret, address string, err error) {
	err = s.proven(ctx, "account.second_factor_begun", password, "/password", func(tx *db.Tx, a *Account) (err error) {
		if a.SecondFactor() {
			if a.totpStep, err = s.checkFactorTx(tx, *a, factor); err != nil {
				return err
			}
		}
		label := a.Email
		if label == "" {
			label = a.Name
		}
		if secret, address, err = authn.NewTOTP(label); err != nil {
			return err
		}
		a.totpPending = s.master.Seal([]byte(secret), "identity_account", a.ID.String(), "totp_pending")
		return nil
	})
	return secret, address, err
}

// ConfirmTOTP binds the second factor begun before and gives the recovery codes.
func (s *Service) ConfirmTOTP(ctx context.Context, given string) (codes []string, err error) {
	err = s.guarded(ctx, func() error {
		return s.changeSelf(ctx, "account.second_factor_bound", func(tx *db.Tx, a *Account) error {
			if len(a.totpPending) == 0 {
				return fault.New(fault.Conflict, "auth.totp_not_begun").Allowing([]string{"totp"})
			}
			secret, err := s.master.Open(a.totpPending, "identity_account", a.ID.String(), "totp_pending")
			if err != nil {
				return err
			}
			step, ok := authn.CheckTOTP(string(secret), given, s.now(), 0)
			if !ok {
				return fault.New(fault.Rule, "auth.totp_invalid").At("/code", "auth.totp_invalid")
			}
			a.totp, a.totpPending, a.totpStep = s.master.Seal(secret, "identity_account", a.ID.String(), "totp_sealed"), nil, step
			if codes, err = s.newRecoveryTx(tx, a.ID); err != nil {
				return err
			}
			p := tx.Scope().Principal()
			if _, err := endSessions(tx, s.now(), "second_factor_bound", "account_id = ? AND id <> ?", a.ID, p.Session); err != nil {
				return err
			}
			return setSecondFactor(tx, p.Session, true)
		})
	})
	return codes, err
}

// RemoveTOTP unbinds the second factor, where no role requires one.
func (s *Service) RemoveTOTP(ctx context.Context) error {
	return s.changeSelf(ctx, "account.second_factor_removed", func(tx *db.Tx, a *Account) error {
		p := tx.Scope().Principal()
		if !a.SecondFactor() {
			return fault.New(fault.Conflict, "auth.totp_absent").Allowing([]string{"totp"})
		}
		all, err := places(tx, a.ID)
		if err != nil {
			return err
		}
		if !s.demo && slices.ContainsFunc(all, func(p place) bool { return p.Required }) {
			return fault.New(fault.Conflict, "auth.totp_required").Allowing([]string{"totp"})
		}
		a.totp, a.totpPending = nil, nil
		if err := replaceRecovery(tx, a.ID, nil); err != nil {
			return err
		}
		if _, err := endSessions(tx, s.now(), "second_factor_removed", "account_id = ? AND id <> ?", a.ID, p.Session); err != nil {
			return err
		}
		return setSecondFactor(tx, p.Session, false)
	})
}

const recoveryCodes = 10

// recoveryAlphabet leaves out what is mistaken for something else.
const recoveryAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newRecoveryTx draws recovery codes of 50 bits, each for one use; guessing is
// slowed down like any sign-in.
func (s *Service) newRecoveryTx(tx *db.Tx, account id.ID) ([]string, error) {
	codes, hashes := make([]string, 0, recoveryCodes), make([][]byte, 0, recoveryCodes)
	for range recoveryCodes {
		var b [10]byte
		_, _ = rand.Read(b[:]) // never fails
		for i, v := range b {
			b[i] = recoveryAlphabet[v&31]
		}
		code := string(b[:5]) + "-" + string(b[5:])
		codes, hashes = append(codes, code), append(hashes, s.recoveryHash(account, code))
	}
	return codes, replaceRecovery(tx, account, hashes)
}

func (s *Service) recoveryHash(account id.ID, code string) []byte {
	plain := strings.NewReplacer("-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return s.master.KeyedHash("recovery code", account.String()+" "+plain)
}

// Sessions lists where the caller is signed in.
func (s *Service) Sessions(ctx context.Context) (out []Session, where map[int32]place, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p := tx.Scope().Principal()
		if out, err = living(tx, p.ID, s.now()); err != nil {
			return err
		}
		all, err := places(tx, p.ID)
		where = map[int32]place{}
		for _, x := range all {
			where[x.Tenant] = x
		}
		return err
	})
	return out, where, err
}

// EndSession signs out one of the caller's sessions.
func (s *Service) EndSession(ctx context.Context, session id.ID) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		p := tx.Scope().Principal()
		n, err := endSessions(tx, s.now(), "signed_out", "account_id = ? AND id = ?", p.ID, session)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Missing()
		}
		return journal.Note(tx, journal.Entry{Action: "session.ended", Object: "session", ObjectID: session,
			Details: map[string]any{"account_id": p.ID, "reason": "signed_out"}})
	})
	if err == nil {
		s.known.forget()
	}
	return err
}
