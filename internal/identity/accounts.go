package identity

import (
	"context"
	"slices"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/opd"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

// NewAccount is an account to be opened in the government of the transaction.
type NewAccount struct {
	Name  string
	Email string
	Phone string
	// ASN is the person's record in the government's registry; name and NIP
	// come from there.
	ASN *id.ID
	// Active opens the account at once, without a code and without a password:
	// for the demo, and for who was proven by an outside identity provider.
	Active    bool
	Assurance authz.Assurance // empty is the lowest
}

// OpenTx opens an account in the government of the transaction's scope, or adds
// the government to the account that has the e-mail address or the NIP already.
// The account's id is the first one drawn in the transaction.
func (s *Service) OpenTx(tx *db.Tx, in NewAccount) (Account, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return Account{}, err
	}
	now := s.now()
	a := Account{ID: tx.NewID(), Name: in.Name, Email: normalEmail(in.Email), Phone: in.Phone, State: Invited, Assurance: authz.SheetCode, Version: 1, CreatedAt: now}
	if in.Assurance != "" {
		a.Assurance = in.Assurance
	}
	if in.ASN != nil {
		p, err := asn.GetTx(tx, *in.ASN)
		if err != nil {
			return a, err
		}
		a.Name, in.ASN = p.Name, &p.ID
		if p.NIP != "" {
			a.nipHash = s.nipHash(p.NIP)
		}
	}
	if a.Name == "" {
		return a, fault.New(fault.Rule, "account.invalid").At("/name", "field.required")
	}
	if a.Email == "" && in.ASN == nil {
		return a, fault.New(fault.Rule, "account.invalid").At("/email", "field.required")
	}
	m := Membership{Tenant: tenant, ASN: in.ASN, State: Invited}
	if in.Active {
		a.State, m.State = Active, Active
	}
	have, found, err := existing(tx, a)
	if err != nil {
		return a, err
	}
	if found {
		a = have
	} else if err := insertAccount(tx, a); err != nil {
		return a, constraints.Fault(err)
	}
	m.Account = a.ID
	if err := s.joinTx(tx, m); err != nil {
		return a, constraints.Fault(err)
	}
	return a, journal.Note(tx, journal.Entry{Action: "account.opened", Object: "account", ObjectID: a.ID})
}

// joinTx makes an account a member of a government. One that is a member
// already takes up the record given when it has none, or when its own was joined
// to that one.
func (s *Service) joinTx(tx *db.Tx, m Membership) error {
	all, err := membershipsOf(tx, m.Account)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x Membership) bool { return x.Tenant == m.Tenant })
	if i < 0 {
		return insertMembership(tx, m, s.now())
	}
	if m.ASN == nil {
		return fault.New(fault.Conflict, "account.member_already")
	}
	if own := all[i].ASN; own != nil {
		stays, err := asn.GetTx(tx, *own)
		if err != nil || stays.ID != *m.ASN {
			return fault.New(fault.Conflict, "account.member_already")
		}
	}
	return setMembershipASN(tx, m.Account, m.Tenant, *m.ASN)
}

// existing finds the account of the same human: by NIP, else by e-mail address.
func existing(tx *db.Tx, a Account) (Account, bool, error) {
	for _, n := range []name{{nipHash: a.nipHash}, {email: a.Email}} {
		if n.nipHash == nil && n.email == "" {
			continue
		}
		have, found, err := accountByName(tx, n)
		if err != nil || found {
			return have, found, err
		}
	}
	return Account{}, false, nil
}

// CreateAccount opens an account and issues its one-time code. Where names the
// government for the administrator of the installation.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount, where *id.ID) (v View, code Issued, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := enter(tx, where)
		if err != nil {
			return err
		}
		a, err := s.OpenTx(tx, in)
		if err != nil {
			return err
		}
		if v, code, err = s.inviteTx(tx, a, tenant); err != nil {
			return err
		}
		return nil
	})
	return v, code, err
}

// inviteTx issues the first code of an account in a government.
func (s *Service) inviteTx(tx *db.Tx, a Account, tenant int32) (View, Issued, error) {
	all, err := membershipsOf(tx, a.ID)
	if err != nil {
		return View{}, Issued{}, err
	}
	kind, err := kindOf(a, all, tenant)
	if err != nil {
		return View{}, Issued{}, err
	}
	if kind == resetKind { // signs in already and is new here
		kind = joinKind
	}
	code, err := s.issueTx(tx, a, tenant, kind)
	if err != nil {
		return View{}, Issued{}, err
	}
	v, err := viewByID(tx, tenant, a.ID)
	return v, code, err
}

// enter goes to the government that an administrator means: their own, or for
// the administrator of the installation the one named, whose journal is to tell
// of it. It gives the tenant number.
func enter(tx *db.Tx, where *id.ID) (int32, error) {
	home, err := tx.Tenant()
	if err != nil || where == nil {
		return home, err
	}
	e, err := government.EntryByIDTx(tx, *where)
	if err != nil {
		return 0, err
	}
	if e.Tenant == home {
		return home, nil
	}
	if home != authz.Platform {
		return 0, fault.Missing()
	}
	return e.Tenant, tx.Enter(authz.Founding(tx.Scope(), e.Tenant))
}

// todayIn is the legal day of a government; the installation's is Jakarta's.
func todayIn(tx *db.Tx, tenant int32) (day.Day, error) {
	zone, err := government.ZoneOfTx(tx, tenant)
	if err != nil {
		return day.Day{}, err
	}
	return tx.Today(zone), nil
}

// Accounts lists the accounts that the caller's government sees.
func (s *Service) Accounts(ctx context.Context, f AccountFilter, r page.Request) (page.Page[View], error) {
	var out []View
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		out, err = listViews(tx, tenant, f, r)
		return err
	})
	return page.Cut(r, out, func(v View) []string { return []string{v.ID.String()} }), err
}

// AccountByID reads one account that the caller's government sees.
func (s *Service) AccountByID(ctx context.Context, aid id.ID) (v View, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		v, err = viewByID(tx, tenant, aid)
		return err
	})
	return v, err
}

// Suspend keeps somebody from acting for the caller's government; the
// administrator of the installation, from acting at all.
func (s *Service) Suspend(ctx context.Context, aid id.ID) (View, error) {
	return s.step(ctx, aid, suspension, func(tx *db.Tx, a Account, tenant int32) error {
		if tenant != authz.Platform {
			if err := keepsAdmin(tx, a.ID, tenant); err != nil {
				return err
			}
			if _, err := endSessions(tx, s.now(), "suspended", "account_id = ? AND tenant_id = ?", a.ID, tenant); err != nil {
				return err
			}
			return setMembershipState(tx, a.ID, tenant, Suspended)
		}
		if _, err := endSessions(tx, s.now(), "suspended", "account_id = ?", a.ID); err != nil {
			return err
		}
		a.State = Suspended
		return updateAccount(tx, a, s.now())
	})
}

// keepsAdmin refuses to suspend the last administrator of a government.
func keepsAdmin(tx *db.Tx, account id.ID, tenant int32) error {
	today, err := todayIn(tx, tenant)
	if err != nil {
		return err
	}
	all, err := adminsOf(tx, tenant)
	if err != nil {
		return err
	}
	is := func(g Grant) bool { return g.on(today) && g.StandsInFor == nil }
	others := slices.ContainsFunc(all, func(g Grant) bool { return is(g) && g.Account != account })
	if !others && slices.ContainsFunc(all, func(g Grant) bool { return is(g) && g.Account == account }) {
		return fault.New(fault.Conflict, "grant.last_admin").Allowing([]string{})
	}
	return nil
}

// Reactivate lifts a suspension. Who never redeemed a code is invited again.
func (s *Service) Reactivate(ctx context.Context, aid id.ID) (View, error) {
	return s.step(ctx, aid, reactivation, func(tx *db.Tx, a Account, tenant int32) error {
		if a.State == Suspended && tenant != authz.Platform {
			return fault.New(fault.Conflict, "account.suspended_above").Allowing([]string{})
		}
		to := Active
		if a.password == "" && a.State != Active {
			to = Invited
		}
		if tenant != authz.Platform {
			return setMembershipState(tx, a.ID, tenant, to)
		}
		a.State = to
		return updateAccount(tx, a, s.now())
	})
}

// step moves an account along its state machine, in the caller's government.
func (s *Service) step(ctx context.Context, aid id.ID, step accountStep, f func(*db.Tx, Account, int32) error) (v View, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if _, err := viewByID(tx, tenant, aid); err != nil {
			return err
		}
		a, err := accountByID(tx, aid, true)
		if err != nil {
			return err
		}
		if v, err = viewByID(tx, tenant, aid); err != nil {
			return err
		}
		if err := v.allow(step, tx.Scope().Principal().ID); err != nil {
			return err
		}
		if err := f(tx, a, tenant); err != nil {
			return err
		}
		if v, err = viewByID(tx, tenant, aid); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "account." + past[step], Object: "account", ObjectID: aid})
	})
	if err == nil {
		s.known.forget()
	}
	return v, err
}

// past is how the journal tells a step.
var past = map[accountStep]string{suspension: "suspended", reactivation: "reactivated", codeRenewal: "code_reissued"}

// RenewCode issues the code of an account again, after its person showed an
// identity card. It ends the account's sessions and is shown to the person.
func (s *Service) RenewCode(ctx context.Context, aid id.ID) (code Issued, err error) {
	_, err = s.step(ctx, aid, codeRenewal, func(tx *db.Tx, a Account, tenant int32) error {
		held, err := mayRenew(tx, a, tenant)
		if err != nil {
			return err
		}
		if tenant == authz.Platform && len(held) > 0 {
			tenant = held[0].Tenant // the government this person administers
		}
		code, err = s.renewTx(tx, a, tenant)
		return err
	})
	return code, err
}

// mayRenew keeps administrators from opening the account of somebody above or
// beside them: what a person may do is never in reach of who hands out codes.
func mayRenew(tx *db.Tx, a Account, tenant int32) ([]Grant, error) {
	today, err := todayIn(tx, tenant)
	if err != nil {
		return nil, err
	}
	held, err := otherRoles(tx, a.ID, today)
	if err != nil {
		return nil, err
	}
	by := actorOf(tx.Scope().Principal())
	for _, g := range held {
		if !by.mayGive(g.Role) {
			return nil, fault.New(fault.Forbidden, "account.role_above")
		}
	}
	return held, nil
}

func (s *Service) renewTx(tx *db.Tx, a Account, tenant int32) (Issued, error) {
	all, err := membershipsOf(tx, a.ID)
	if err != nil {
		return Issued{}, err
	}
	kind, err := kindOf(a, all, tenant)
	if err != nil {
		return Issued{}, err
	}
	now := s.now()
	if kind != joinKind {
		if _, err := endSessions(tx, now, "code_reissued", "account_id = ?", a.ID); err != nil {
			return Issued{}, err
		}
		if kind == resetKind {
			a.CodeReissuedAt = &now
		}
		a.Version++
		if err := updateAccount(tx, a, now); err != nil {
			return Issued{}, constraints.Fault(err)
		}
	}
	return s.issueTx(tx, a, tenant, kind)
}

// Grants lists the roles given in the caller's government, and its legal day.
func (s *Service) Grants(ctx context.Context, f GrantFilter, r page.Request) (page.Page[Grant], day.Day, error) {
	var out []Grant
	var today day.Day
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if today, err = todayIn(tx, tenant); err != nil {
			return err
		}
		out, err = listGrants(tx, tenant, f, r)
		return err
	})
	return page.Cut(r, out, func(g Grant) []string { return []string{g.From.String(), g.ID.String()} }), today, err
}

// GrantByID reads one role given.
func (s *Service) GrantByID(ctx context.Context, gid id.ID) (g Grant, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		if today, err = todayIn(tx, tenant); err != nil {
			return err
		}
		g, err = grantByID(tx, tenant, gid, false)
		return err
	})
	return g, today, err
}

// Give gives somebody a role.
func (s *Service) Give(ctx context.Context, g Grant, where *id.ID) (Grant, day.Day, error) {
	var today day.Day
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		tenant, err := enter(tx, where)
		if err != nil {
			return err
		}
		if today, err = todayIn(tx, tenant); err != nil {
			return err
		}
		g.Tenant = tenant
		g, err = s.GiveTx(tx, g)
		return err
	})
	if err == nil {
		s.known.forget()
	}
	return g, today, err
}

// GiveTx gives a role in the caller's transaction: g.Tenant is its government,
// and the scope is in it. The grant's id is the first one drawn.
func (s *Service) GiveTx(tx *db.Tx, g Grant) (Grant, error) {
	by := actorOf(tx.Scope().Principal())
	if err := g.check(by); err != nil {
		return g, err
	}
	today, err := todayIn(tx, g.Tenant)
	if err != nil {
		return g, err
	}
	if err := s.belongs(tx, g); err != nil {
		return g, err
	}
	if g.OPD != nil {
		if _, err := opd.GetTx(tx, *g.OPD); err != nil {
			return g, err
		}
	}
	if g.Organisation != nil {
		o, err := organisation.GetTx(tx, *g.Organisation)
		if err != nil {
			return g, err
		}
		if _, err := roleOf(o, today); err != nil {
			return g, err
		}
	}
	g.ID, g.Version, g.RecordedLater = tx.NewID(), 1, g.From.Before(today)
	if by.id != id.Nil {
		g.GrantedBy = &by.id
	}
	if err := insertGrant(tx, g, s.now()); err != nil {
		return g, constraints.Fault(err)
	}
	// Whoever handed out a code for a plain account must not hold one for an
	// officer's: codes of others than the giver are void.
	if err := closeCodesOfOthers(tx, g.Account, g.GrantedBy, s.now()); err != nil {
		return g, err
	}
	if err := journal.Note(tx, journal.Entry{Action: "role.granted", Object: "role_grant", ObjectID: g.ID,
		Details: map[string]any{"account_id": g.Account, "role": g.Role, "opd_id": g.OPD, "organisation_id": g.Organisation, "stands_in_for": g.StandsInFor}}); err != nil {
		return g, err
	}
	at, err := grantByIDAnywhere(tx, g.ID)
	return at, err
}

// belongs finds the account that is to have the role: a member of the
// government, or for the administrator of the installation one they see.
func (s *Service) belongs(tx *db.Tx, g Grant) error {
	if tx.Scope().HasRole(authz.PlatformAdmin) {
		if _, err := viewByID(tx, authz.Platform, g.Account); err == nil {
			return s.memberTx(tx, g)
		}
	}
	_, err := viewByID(tx, g.Tenant, g.Account)
	return err
}

// memberTx makes an account that the installation's administrator gives a role
// a member of that government.
func (s *Service) memberTx(tx *db.Tx, g Grant) error {
	all, err := membershipsOf(tx, g.Account)
	if err != nil || slices.ContainsFunc(all, func(m Membership) bool { return m.Tenant == g.Tenant }) {
		return err
	}
	return insertMembership(tx, Membership{Account: g.Account, Tenant: g.Tenant, State: Active}, s.now())
}

// Substitute lets somebody stand in for the holder of a role.
func (s *Service) Substitute(ctx context.Context, original, account id.ID, from, until day.Day) (g Grant, today day.Day, err error) {
	err = s.changeGrant(ctx, original, &today, func(tx *db.Tx, o Grant) error {
		if g, err = o.substitute(account, from, until); err != nil {
			return err
		}
		g, err = s.GiveTx(tx, g)
		return err
	})
	return g, today, err
}

// EndGrant sets the last day of a role and of its substitutes.
func (s *Service) EndGrant(ctx context.Context, gid id.ID, last day.Day) (g Grant, today day.Day, err error) {
	err = s.changeGrant(ctx, gid, &today, func(tx *db.Tx, o Grant) error {
		if g, err = o.end(last); err != nil {
			return err
		}
		if err := s.mayEnd(tx, o, last, today); err != nil {
			return err
		}
		if err := updateGrantEnd(tx, g); err != nil {
			return err
		}
		if err := endSubstitutes(tx, g.ID, last); err != nil {
			return err
		}
		return journal.Note(tx, journal.Entry{Action: "role.ended", Object: "role_grant", ObjectID: g.ID,
			Details: map[string]any{"account_id": g.Account, "role": g.Role}})
	})
	return g, today, err
}

func (s *Service) mayEnd(tx *db.Tx, g Grant, last, today day.Day) error {
	if !actorOf(tx.Scope().Principal()).mayGive(g.Role) {
		return fault.New(fault.Forbidden, "grant.not_yours")
	}
	if g.Role != authz.GovernmentAdmin {
		return nil
	}
	all, err := adminsOf(tx, g.Tenant)
	if err != nil {
		return err
	}
	first := last.AddDays(1)
	if first.Before(today) {
		first = today
	}
	return g.keepsAdmin(all, first)
}

// changeGrant locks a grant that the caller's government sees and goes to its
// government.
func (s *Service) changeGrant(ctx context.Context, gid id.ID, today *day.Day, f func(*db.Tx, Grant) error) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		home, err := tx.Tenant()
		if err != nil {
			return err
		}
		g, err := grantByID(tx, home, gid, true)
		if err != nil {
			return err
		}
		if *today, err = todayIn(tx, g.Tenant); err != nil {
			return err
		}
		if g.Tenant != home {
			if err := tx.Enter(authz.Founding(tx.Scope(), g.Tenant)); err != nil {
				return err
			}
		}
		return f(tx, g)
	})
	if err == nil {
		s.known.forget()
	}
	return err
}
