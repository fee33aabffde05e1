// Package authz decides, in one place, what a caller may do and over which
// rows. Decide turns a principal and a permission of the contract into a
// Scope; nobody else can make one, and without a scope there is no
// transaction (package db). What depends on a row itself, such as a conflict
// of interest, is a rule of the resource.
package authz

import (
	"context"
	"net/netip"
	"slices"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Platform is the tenant number of what belongs to the installation itself:
// accounts, machine clients, their journal.
const Platform int32 = 0

// Kind is what a principal is.
type Kind string

// The kinds of principals, as the journal writes them.
const (
	User   Kind = "user"
	Client Kind = "client"
	Anyone Kind = "public"
	System Kind = "system"
)

// Assurance tells how sure Netral is of a person's identity.
type Assurance string

// The assurances, weakest first: an account opened with a code from a printed
// sheet, one bound to a phone or e-mail, one with a second factor.
const (
	SheetCode    Assurance = "sheet_code"
	BoundContact Assurance = "bound_contact"
	SecondFactor Assurance = "second_factor"
)

// Grant is a role in force now, in one government.
type Grant struct {
	Role   Role
	Tenant int32
	// OPDRoot is the unit a Subtree reach hangs on; id.Nil elsewhere.
	OPDRoot id.ID
}

// Principal is who calls, loaded from the primary database at most 5 seconds
// ago (T-27).
type Principal struct {
	Kind      Kind
	ID        id.ID // account or machine client
	Session   id.ID
	Tenants   []int32 // governments the token speaks for; a person's own first
	Grants    []Grant // in force now, inside Tenants
	Person    id.ID   // the caller's own ASN record in a token for one government
	Assurance Assurance
	// Organisation is the office of Bawaslu or BKN that a machine client or a
	// person belongs to.
	Organisation id.ID
	// Networks are those a machine client calls from; none means everywhere.
	Networks []netip.Prefix
	// PerMinute is how often a machine client may call; 0 is no limit.
	PerMinute int
	// Scopes narrow a machine client further; empty means all its role has.
	Scopes []Permission
	// Enrolling says that a role in force needs a second factor and the session
	// has none: nothing but binding one is allowed.
	Enrolling bool
}

// From reports whether the principal may call from an address.
func (p Principal) From(a netip.Addr) bool {
	return len(p.Networks) == 0 || slices.ContainsFunc(p.Networks, func(n netip.Prefix) bool { return n.Contains(a.Unmap()) })
}

// Scope is the right to touch certain rows. Its fields are unexported so that
// only this package makes one.
type Scope struct {
	principal  Principal
	permission Permission
	home       int32
	filter     []int32 // lock one: named in every statement
	setting    []int32 // lock two: the row policies' setting
	reach      Reach
	roots      []id.ID
}

// reach is how far a role that somebody has goes with a permission; 0 is nowhere.
func (g Grant) reach(p Principal, perm Permission) Reach {
	reach := ReachOf(g.Role, perm)
	switch {
	case p.Kind == User && machine(g.Role) && slices.Contains(ofMachines, perm),
		reach == Subtree && g.OPDRoot == id.Nil,
		reach == Self && p.Person == id.Nil:
		return 0
	}
	return reach
}

// Has reports whether a role is in force, wherever.
func (p Principal) Has(r Role) bool {
	return slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Role == r })
}

// Decide answers whether the principal may use the permission, and over what.
func Decide(p Principal, perm Permission) (Scope, error) {
	if len(p.Scopes) > 0 && !slices.Contains(p.Scopes, perm) && !slices.Contains(told, perm) {
		return Scope{}, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	if p.Enrolling && !slices.Contains(enrolment, perm) {
		return Scope{}, fault.New(fault.Forbidden, "auth.second_factor_needed")
	}
	if p.Kind == User && p.Assurance == SheetCode && slices.Contains(assured, perm) {
		return Scope{}, fault.New(fault.Forbidden, "auth.assurance_needed")
	}
	s := Scope{principal: p, permission: perm}
	for _, g := range p.Grants {
		reach := g.reach(p, perm)
		if reach == 0 {
			continue
		}
		s.reach = max(s.reach, reach)
		if reach == Subtree {
			s.roots = append(s.roots, g.OPDRoot)
		}
		if !slices.Contains(s.filter, g.Tenant) {
			s.filter = append(s.filter, g.Tenant)
		}
	}
	if len(s.filter) == 0 {
		return Scope{}, fault.New(fault.Forbidden, "auth.not_permitted")
	}
	slices.Sort(s.filter)
	s.home, s.setting = s.filter[0], s.filter
	if p.Kind == User && len(p.Tenants) > 0 && slices.Contains(s.filter, p.Tenants[0]) {
		s.home = p.Tenants[0]
	}
	if split != nil {
		s.filter, s.setting = split(s.filter)
	}
	return s, nil
}

// ForSystem is the scope of jobs, commands and sweeps inside one government
// (or Platform). The reason is what the journal calls the actor's errand.
func ForSystem(tenant int32) Scope { return bare(System, tenant) }

// ForSearch is the scope of the program's few questions that must be put to
// several governments at once: whose record has the NIP that an identity provider
// vouches for, which journals have notes without a number, what a webhook is told.
func ForSearch(tenants []int32) Scope {
	s := bare(System, Platform)
	s.filter, s.setting, s.principal.Tenants = tenants, tenants, tenants
	return s
}

// ForPublic is the scope of one public operation on the government that the
// body or a code's prefix addresses; it grants nothing but that operation.
func ForPublic(tenant int32) Scope { return bare(Anyone, tenant) }

// ForSelf is the scope in which somebody who has just proved who they are signs
// in, refreshes or redeems a code; it grants nothing but that operation, and
// lets the journal name them.
func ForSelf(k Kind, actor id.ID, tenant int32) Scope {
	s := bare(k, tenant)
	s.principal.ID = actor
	return s
}

func bare(k Kind, tenant int32) Scope {
	t := []int32{tenant}
	return Scope{principal: Principal{Kind: k, Tenants: t}, home: tenant, filter: t, setting: t, reach: Whole}
}

// Permissions lists what the principal may use, sorted.
func (p Principal) Permissions() []Permission {
	return slices.DeleteFunc(Permissions(), func(perm Permission) bool { _, err := Decide(p, perm); return err != nil })
}

// Founding moves the scope of the installation's administrator into one
// government, for the rest of the transaction: when its space is opened, and
// when its administrator is named, which its own journal must tell.
func Founding(s Scope, tenant int32) Scope {
	s.home, s.filter, s.setting = tenant, []int32{tenant}, []int32{tenant}
	return s
}

// Principal is who the scope was made for.
func (s Scope) Principal() Principal { return s.principal }

// Tenants are the governments that statements name (lock one).
func (s Scope) Tenants() []int32 { return s.filter }

// Setting are the governments the row policies admit (lock two).
func (s Scope) Setting() []int32 { return s.setting }

// Home is the government that writes go to: where a person signed in, also one
// who oversees others; an error when several are spoken for and none was named,
// by a machine's token or by a person of an office outside them all.
func (s Scope) Home() (int32, error) {
	if len(s.filter) > 1 && len(s.principal.Tenants) > 1 && split == nil && !s.signedIn() {
		return 0, fault.New(fault.Shape, "request.government_needed")
	}
	return s.home, nil
}

// signedIn reports whether a person signed in to one of the governments.
func (s Scope) signedIn() bool {
	return s.principal.Kind == User && slices.Contains(s.filter, s.principal.Tenants[0])
}

// In narrows the scope to one of its governments, for whoever speaks for several
// and names the one to write in.
func (s Scope) In(tenant int32) (Scope, bool) {
	if !slices.Contains(s.filter, tenant) || !slices.Contains(s.setting, tenant) {
		return Scope{}, false
	}
	s.home, s.filter, s.setting = tenant, []int32{tenant}, []int32{tenant}
	return s, true
}

// Desk is the government under which the program keeps what it remembers of the
// caller alone, such as an answer to be repeated: the first one where there are
// several.
func (s Scope) Desk() int32 { return s.home }

// Reach is how far the permission goes inside the government.
func (s Scope) Reach() Reach { return s.reach }

// Roots are the OPD that a Subtree reach hangs on.
func (s Scope) Roots() []id.ID { return s.roots }

// Person is the caller's own ASN record, id.Nil when there is none.
func (s Scope) Person() id.ID { return s.principal.Person }

// Valid reports whether the scope came from this package.
func (s Scope) Valid() bool { return s.principal.Kind != "" }

// May reports whether the same caller also holds another permission here; it
// serves allowed_steps, never a decision.
func (s Scope) May(perm Permission) bool {
	_, err := Decide(s.principal, perm)
	return err == nil
}

// HasRole reports whether the caller holds the role now.
func (s Scope) HasRole(r Role) bool {
	return s.principal.Has(r)
}

type scopeKey struct{}

// With puts the scope into the context, where package db alone reads it.
func With(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// From reads the scope of the request.
func From(ctx context.Context) (Scope, bool) {
	s, ok := ctx.Value(scopeKey{}).(Scope)
	return s, ok && s.Valid()
}

// May tells whether the caller of the request holds a permission besides the
// operation's own, for the steps that are shown.
func May(ctx context.Context, p Permission) bool {
	s, ok := From(ctx)
	return ok && s.May(p)
}

// split is set by the test kit alone, to prove each of the two locks without
// the other (T-16).
var split func(own []int32) (filter, setting []int32)

// SplitLocksForTest sets the two locks apart; an architecture test holds that
// only the test kit calls it.
func SplitLocksForTest(f func(own []int32) (filter, setting []int32)) { split = f }
