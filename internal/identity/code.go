package identity

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// codeKind is what a one-time code does.
type codeKind string

const (
	// openKind sets the first password of an account.
	openKind codeKind = "open"
	// resetKind sets another one.
	resetKind codeKind = "reset"
	// joinKind adds a government to somebody who signs in already. It never
	// touches the password, so a government that holds the code cannot get at
	// what the person does for another one.
	joinKind codeKind = "join"
)

// code is a one-time code that can be redeemed.
type code struct {
	id        id.ID
	account   id.ID
	tenant    int32
	kind      codeKind
	attempts  int
	expiresAt time.Time
}

const (
	codeLife    = 14 * 24 * time.Hour
	maxAttempts = 5 // wrong present passwords at a joining code
)

// Issued is a new code, to be shown once.
type Issued struct {
	Account   id.ID
	Code      string // in groups, as it is printed
	ExpiresAt time.Time
	Joins     bool
}

func (s *Service) codeHash(plain string) []byte { return s.master.KeyedHash("one-time code", plain) }

// kindOf tells what a code of one government does for an account. It may set a
// password only where the person belongs to no other: a code of one government
// must not open what the account is in another. It is asked when a code is
// issued and again when it is redeemed, since the person may have joined
// another government meanwhile.
func kindOf(a Account, all []Membership, tenant int32) (codeKind, error) {
	elsewhere, here := false, Membership{}
	for _, m := range all {
		switch {
		case m.Tenant == tenant:
			here = m
		case m.State != Invited:
			elsewhere = true
		}
	}
	switch {
	case a.State == Invited:
		return openKind, nil
	case !elsewhere:
		return resetKind, nil
	case here.State == Invited:
		return joinKind, nil
	}
	return "", fault.New(fault.Conflict, "account.elsewhere").Allowing([]string{})
}

// issueTx draws a code; earlier ones of the same government are void.
func (s *Service) issueTx(tx *db.Tx, a Account, tenant int32, kind codeKind) (Issued, error) {
	now := s.now()
	if err := closeCodes(tx, a.ID, &tenant, now); err != nil {
		return Issued{}, err
	}
	plain := authn.NewCode()
	c := code{id: tx.NewID(), account: a.ID, tenant: tenant, kind: kind, expiresAt: now.Add(codeLife)}
	var by *id.ID
	if p := tx.Scope().Principal(); p.ID != id.Nil {
		by = &p.ID
	}
	return Issued{Account: a.ID, Code: authn.PrintCode(plain), ExpiresAt: c.expiresAt, Joins: kind == joinKind}, insertCode(tx, c, s.codeHash(plain), by, now)
}

// Redeemed is what a code has opened.
type Redeemed struct {
	Account
	Government place
}

// Redeem opens an account with a one-time code. An unknown code, a used one and
// an expired one answer alike; what was mistyped is told apart by the check
// symbol and counts for nothing.
func (s *Service) Redeem(ctx context.Context, typed, password, email string) (Redeemed, error) {
	plain, ok := authn.ParseCode(typed)
	if !ok {
		return Redeemed{}, fault.New(fault.Rule, "auth.code_mistyped").At("/code", "auth.code_mistyped")
	}
	ctx = authz.With(ctx, authz.ForPublic(authz.Platform))
	try := s.attempt(ctx, name{email: "code " + plain})
	if err := s.admit(ctx, try); err != nil {
		return Redeemed{}, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error { return codeExists(tx, s.codeHash(plain), s.now()) })
	if fault.Is(err, "auth.code_invalid") { // an unknown code costs no password hash (T-31)
		return Redeemed{}, s.failed(ctx, try, err)
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return Redeemed{}, err
	}
	var out Redeemed
	var wrong error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, a, err := s.redeemableTx(tx, plain)
		if err != nil {
			return err
		}
		if c.kind != joinKind {
			if err := s.acceptable("/password", password, a); err != nil {
				return err
			}
			a.password = hash
		} else if wrong = s.prove(ctx, a, password, "/password"); wrong != nil {
			c.attempts++
			journal.Routine(tx)
			return countAttempt(tx, c, s.now())
		}
		out, err = s.openedTx(tx, a, c, email)
		return err
	})
	if err == nil {
		err = wrong
	}
	if fault.Is(err, "auth.code_invalid") || wrong != nil {
		return Redeemed{}, s.failed(ctx, try, err)
	}
	if err != nil {
		return Redeemed{}, err
	}
	s.known.forget()
	return out, nil
}

// redeemableTx locks a code and its account, and tells what the code does now.
func (s *Service) redeemableTx(tx *db.Tx, plain string) (code, Account, error) {
	refused := fault.New(fault.Rule, "auth.code_invalid").At("/code", "auth.code_invalid")
	c, found, err := openCode(tx, s.codeHash(plain), s.now())
	if err != nil || !found {
		return c, Account{}, orElse(err, refused)
	}
	a, err := accountByID(tx, c.account, true)
	if err != nil {
		return c, a, err
	}
	all, err := membershipsOf(tx, a.ID)
	if err != nil {
		return c, a, err
	}
	if c.kind, err = kindOf(a, all, c.tenant); err != nil || a.State == Suspended {
		return c, a, refused
	}
	return c, a, nil
}

// openedTx puts into force what the code is for.
func (s *Service) openedTx(tx *db.Tx, a Account, c code, email string) (Redeemed, error) {
	now := s.now()
	if email != "" && a.Email == "" {
		a.Email = normalEmail(email)
	}
	if len(a.signInWith()) == 0 {
		return Redeemed{}, fault.New(fault.Rule, "account.name_needed").At("/email", "account.name_needed")
	}
	a.State, a.lastTenant = Active, &c.tenant
	a.Version++
	if err := updateAccount(tx, a, now); err != nil {
		return Redeemed{}, constraints.Fault(err)
	}
	if err := activateMembership(tx, a.ID, c.tenant); err != nil {
		return Redeemed{}, err
	}
	void := &c.tenant
	if c.kind != joinKind {
		void = nil // a new password voids every code
		if _, err := endSessions(tx, now, "code_redeemed", "account_id = ?", a.ID); err != nil {
			return Redeemed{}, err
		}
	}
	if err := closeCodes(tx, a.ID, void, now); err != nil {
		return Redeemed{}, err
	}
	at, err := placeOf(tx, c.tenant)
	if err != nil {
		return Redeemed{}, err
	}
	return Redeemed{Account: a, Government: at}, noteSelf(tx, a.ID, c.tenant, journal.Entry{Action: "account.activated", Object: "account", ObjectID: a.ID,
		Details: map[string]any{"by": string(c.kind) + "_code"}})
}
