package identity

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Authenticate turns an access token into a principal with the rights of this
// moment: whatever was taken away is gone within five seconds on every replica
// (T-27).
func (s *Service) Authenticate(ctx context.Context, token string) (authz.Principal, error) {
	c, err := s.keys.verify(ctx, token)
	if err != nil {
		return authz.Principal{}, err
	}
	return s.known.get(bearer{c.Subject, c.Session, c.Government, c.Scope}, func() (authz.Principal, error) {
		if c.Scope != "" { // only machines' tokens name permissions
			return s.loadMachine(ctx, c)
		}
		return s.load(ctx, c)
	})
}

// bearer is what a principal is loaded for.
type bearer struct {
	subject, session, government id.ID
	scope                        string
}

// remembered is how long a loaded principal is used again, counted from before
// it was read.
const remembered = 3 * time.Second

// recent remembers principals for a moment: a front end sends several requests
// at once.
type recent struct {
	now     func() time.Time
	tenants sync.Map // government id to number
	mu      sync.Mutex
	seen    map[bearer]loaded
}

type loaded struct {
	p  authz.Principal
	at time.Time
}

const recentMost = 20_000

func newRecent(now func() time.Time) *recent { return &recent{now: now, seen: map[bearer]loaded{}} }

func (r *recent) get(b bearer, load func() (authz.Principal, error)) (authz.Principal, error) {
	at := r.now()
	r.mu.Lock()
	hit, ok := r.seen[b]
	r.mu.Unlock()
	if ok && at.Sub(hit.at) < remembered {
		return hit.p, nil
	}
	p, err := load()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		delete(r.seen, b)
		return p, err
	}
	if len(r.seen) >= recentMost {
		clear(r.seen)
	}
	r.seen[b] = loaded{p, at}
	return p, nil
}

// forget drops what this replica remembers; the others follow by time.
func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.seen)
}

// badToken is the one answer to a token that is worth nothing.
func badToken() error { return fault.New(fault.Unauthenticated, "auth.token_invalid") }

// load reads from the primary database what the token's bearer is now.
func (s *Service) load(ctx context.Context, c authn.Claims) (authz.Principal, error) {
	tenant, err := s.tenant(ctx, c.Government)
	if err != nil {
		return authz.Principal{}, err
	}
	p := authz.Principal{Kind: authz.User, ID: c.Subject, Session: c.Session, Tenants: []int32{tenant}}
	err = s.db.Read(authz.With(ctx, authz.ForSystem(tenant)), func(tx *db.Tx) error {
		at, found, err := presenceOf(tx, c.Subject, c.Session, tenant, s.now())
		if err != nil {
			return err
		}
		if !found {
			return badToken()
		}
		zone, err := time.LoadLocation(at.Zone)
		if err != nil {
			return err
		}
		if err := s.rights(tx, &p, at, tx.Today(zone)); err != nil {
			return err
		}
		p.Enrolling = s.needsFactor(p.Grants) && !at.SecondFactor
		p.Assurance = authz.Assurance(at.Assurance)
		if at.Bound {
			p.Assurance = authz.SecondFactor
		}
		return nil
	})
	return p, err
}

// rights fills in the roles in force.
func (s *Service) rights(tx *db.Tx, p *authz.Principal, at presence, today day.Day) error {
	tenant := p.Tenants[0]
	given, err := grantsInForce(tx, p.ID, tenant, today)
	if err != nil {
		return err
	}
	for _, g := range given {
		own := authz.Grant{Role: g.Role, Tenant: tenant}
		if g.OPD != nil {
			own.OPDRoot = *g.OPD
		}
		p.Grants = append(p.Grants, own)
	}
	if at.Person != nil {
		p.Person = *at.Person
		p.Grants = append(p.Grants, authz.Grant{Role: authz.ASN, Tenant: tenant})
	}
	if err := widen(tx, p, given, today); err != nil {
		return err
	}
	return oversee(tx, p, at.Code)
}

// widen gives a person of an oversight body, in each government of the office's
// area, what its machines have.
func widen(tx *db.Tx, p *authz.Principal, given []Grant, today day.Day) error {
	i := slices.IndexFunc(given, func(g Grant) bool { return g.Organisation != nil })
	if i < 0 {
		return nil
	}
	role, tenants, err := area(tx, *given[i].Organisation, today)
	if err != nil || role == "" {
		return err
	}
	p.Organisation = *given[i].Organisation
	for _, t := range tenants {
		p.Tenants = append(p.Tenants, t)
		p.Grants = append(p.Grants, authz.Grant{Role: role, Tenant: t})
	}
	return nil
}

// oversee widens the role of a province's overseer to the regencies and cities
// of that province (a region code of two digits names a province).
func oversee(tx *db.Tx, p *authz.Principal, code string) error {
	if !p.Has(authz.ProvinceOverseer) || len(code) != 2 {
		return nil
	}
	tenants, err := below(tx, code)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		p.Tenants = append(p.Tenants, t)
		p.Grants = append(p.Grants, authz.Grant{Role: authz.ProvinceOverseer, Tenant: t})
	}
	return nil
}

// tenant is the number of a token's government; none is the installation.
func (s *Service) tenant(ctx context.Context, gid id.ID) (tenant int32, err error) {
	if gid == id.Nil {
		return authz.Platform, nil
	}
	if v, ok := s.known.tenants.Load(gid); ok {
		return v.(int32), nil
	}
	err = s.db.Read(platform(ctx), func(tx *db.Tx) error {
		e, err := government.EntryByIDTx(tx, gid)
		tenant = e.Tenant
		return err
	})
	if fault.Is(err, "request.not_found") {
		return 0, badToken()
	}
	if err == nil {
		s.known.tenants.Store(gid, tenant) // numbers never change
	}
	return tenant, err
}

// ReaderTx is who an account would be in a government if it signed in now, with
// everything its role asks for: for messages that tell it of something. What
// concerns the account as a whole is read in the government it was last in. Not
// found means that it may not sign in.
func (s *Service) ReaderTx(tx *db.Tx, account id.ID, tenant int32) (p authz.Principal, found bool, err error) {
	if tenant == authz.Platform {
		if tenant, found, err = homeOf(tx, account); err != nil || !found {
			return p, false, err
		}
	}
	if err := tx.Enter(authz.ForSystem(tenant)); err != nil {
		return p, false, err
	}
	at, found, err := standingOf(tx, account, tenant)
	if err != nil || !found {
		return p, false, err
	}
	zone, err := time.LoadLocation(at.Zone)
	if err != nil {
		return p, false, err
	}
	p = authz.Principal{Kind: authz.User, ID: account, Tenants: []int32{tenant}, Assurance: authz.Assurance(at.Assurance)}
	if at.Bound {
		p.Assurance = authz.SecondFactor
	}
	return p, true, s.rights(tx, &p, at, tx.Today(zone))
}
