package identity

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/organisation"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// clientView is which machine clients a caller may know of: those of the own
// office, those that reach the own governments, or all.
type clientView struct {
	all     bool
	office  id.ID
	tenants []int32
}

// viewOf tells it from who the caller is, never from what a statement names:
// these tables have no row policies.
func viewOf(p authz.Principal) clientView {
	switch {
	case p.Kind == authz.System || p.Has(authz.PlatformAdmin):
		return clientView{all: true}
	case p.Organisation != id.Nil && !p.Has(authz.BKN):
		return clientView{office: p.Organisation}
	}
	return clientView{tenants: p.Tenants}
}

// actingOf is which of them the caller may do something about: an office's people
// about their own alone, whatever else they see.
func actingOf(p authz.Principal) clientView {
	v := viewOf(p)
	if !v.all && p.Organisation != id.Nil {
		return clientView{office: p.Organisation}
	}
	return v
}

// has reports whether a client is among them.
func (v clientView) has(c Client) bool {
	if v.office != id.Nil {
		return c.Organisation == v.office
	}
	return v.all || slices.ContainsFunc(c.tenants, func(t int32) bool { return slices.Contains(v.tenants, t) })
}

// sideOf is from where a caller acts upon a client.
func sideOf(p authz.Principal) Side {
	switch {
	case p.Kind == authz.Client:
		return ByClient
	case p.Kind == authz.System || p.Has(authz.PlatformAdmin):
		return ByInstallation
	case p.Organisation != id.Nil:
		return ByOffice
	}
	return ByGovernment
}

// record notes a change in the list that the client, the watched, the provinces
// and BKN read.
func (s *Service) record(tx *db.Tx, c Client, x ClientChange) (ClientChange, error) {
	p := tx.Scope().Principal()
	x.ID, x.Client, x.ProposedAt, x.Version = tx.NewID(), c.ID, s.now(), 1
	if x.Side == "" {
		x.Side = sideOf(p)
	}
	if p.ID != id.Nil {
		x.ProposedBy = &p.ID
	}
	if x.Side == ByGovernment {
		x.tenant = &p.Tenants[0]
	}
	if x.State == "" {
		x.State = InForce
	}
	if x.State == InForce {
		x.DecidedAt = &x.ProposedAt
	}
	return x, constraints.Fault(insertClientChange(tx, x))
}

// ClientChanges lists what was done and is proposed about the clients that the
// caller may know of, newest first.
func (s *Service) ClientChanges(ctx context.Context, client *id.ID, r page.Request) (page.Page[ClientChange], error) {
	var out []ClientChange
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listClientChanges(tx, viewOf(tx.Scope().Principal()), client, s.now(), r)
		return err
	})
	return page.Cut(r, out, func(x ClientChange) []string { return []string{x.ProposedAt.Format(time.RFC3339Nano), x.ID.String()} }), err
}

// OwnClient is the machine's own record.
func (s *Service) OwnClient(ctx context.Context) (c Client, today day.Day, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p := tx.Scope().Principal()
		if p.Kind != authz.Client {
			return fault.Missing()
		}
		if today, err = todayIn(tx, authz.Platform); err != nil {
			return err
		}
		c, err = clientByID(tx, clientView{office: p.Organisation}, p.ID, today, false)
		return err
	})
	return c, today, err
}

// Propose alters or revokes a machine client. What takes anything from it waits
// for a second person; what only gives holds at once.
func (s *Service) Propose(ctx context.Context, cid id.ID, kind ChangeKind, governments []id.ID, w Wish, reason string) (x ClientChange, err error) {
	_, _, err = s.changeClient(ctx, cid, func(tx *db.Tx, c Client, today day.Day) (string, map[string]any, error) {
		if err := c.allow(string(kind), today); err != nil {
			return "", nil, err
		}
		if w, err = fit(tx, c, w, governments, today); err != nil {
			return "", nil, err
		}
		if kind == Alteration && w.empty() {
			return "", nil, fault.New(fault.Rule, "client.change_empty")
		}
		if err := closeLapsed(tx, c, s.now()); err != nil {
			return "", nil, err
		}
		x = ClientChange{Kind: kind, Reason: reason, Wish: w, Narrows: kind == Revocation || w.narrows(c)}
		if x.Narrows {
			x.State = Proposed
		}
		if x, err = s.record(tx, c, x); err != nil {
			return "", nil, err
		}
		details := map[string]any{"change_id": x.ID, "kind": kind}
		if x.State == Proposed {
			c.Version++
			return "client.change_proposed", details, turnClient(tx, c, nil)
		}
		return "client.changed", details, s.carryOut(tx, c, x)
	})
	if err != nil {
		return x, err
	}
	return s.changeByID(ctx, x.ID)
}

// fit holds a wish to what the client's office may have.
func fit(tx *db.Tx, c Client, w Wish, governments []id.ID, today day.Day) (Wish, error) {
	o, err := organisation.GetTx(tx, c.Organisation)
	if err != nil {
		return w, err
	}
	if w.Scopes != nil {
		if w.Scopes, err = scopesOf(c.Role, w.Scopes); err != nil {
			return w, err
		}
	}
	if governments != nil {
		if w.Tenants, err = reached(tx, o, governments); err != nil {
			return w, err
		}
	}
	if w.ExpiresOn != nil && w.ExpiresOn.Before(today) {
		return w, fault.New(fault.Rule, "client.day_past").At("/expires_on", "client.day_past")
	}
	return w, nil
}

// carryOut does what a change says.
func (s *Service) carryOut(tx *db.Tx, c Client, x ClientChange) error {
	if x.Kind == Revocation {
		c.Version++
		now := s.now()
		return turnClient(tx, c, &now)
	}
	next := x.Wish.apply(c)
	next.Version = c.Version + 1
	if err := alterClient(tx, next); err != nil {
		return err
	}
	if x.Wish.Tenants == nil {
		return nil
	}
	return replaceReach(tx, next)
}

// DecideChange confirms or rejects a proposal; confirming is another person's.
func (s *Service) DecideChange(ctx context.Context, cid, xid id.ID, to ChangeState, reason string) (ClientChange, error) {
	_, _, err := s.changeClient(ctx, cid, func(tx *db.Tx, c Client, today day.Day) (string, map[string]any, error) {
		x, err := clientChangeByID(tx, clientView{all: true}, xid, true)
		if err != nil || x.Client != cid {
			return "", nil, orElse(err, fault.Missing())
		}
		if x, err = x.decide(to, tx.Scope().Principal().ID, s.now(), reason); err != nil {
			return "", nil, err
		}
		if err := updateClientChange(tx, x); err != nil {
			return "", nil, err
		}
		details := map[string]any{"change_id": x.ID, "kind": x.Kind}
		if to == Rejected {
			c.Version++
			return "client.change_rejected", details, turnClient(tx, c, nil)
		}
		if err := c.allow(string(x.Kind), today); err != nil {
			return "", nil, err
		}
		if err := s.carryOut(tx, c, x); err != nil {
			return "", nil, err
		}
		if x.Kind == Revocation {
			return "client.revoked", details, nil
		}
		return "client.changed", details, nil
	})
	if err != nil {
		return ClientChange{}, err
	}
	return s.changeByID(ctx, xid)
}

func (s *Service) changeByID(ctx context.Context, xid id.ID) (x ClientChange, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		x, err = clientChangeByID(tx, viewOf(tx.Scope().Principal()), xid, false)
		x = x.at(s.now())
		return err
	})
	return x, err
}

// SuspendClient takes a leaked secret or key, or all of a client, out of use at once: its
// own office, a government that the client reaches, or the installation.
func (s *Service) SuspendClient(ctx context.Context, cid id.ID, credential *id.ID, reason string) (Client, day.Day, error) {
	return s.changeClient(ctx, cid, func(tx *db.Tx, c Client, _ day.Day) (string, map[string]any, error) {
		return s.suspendTx(tx, c, credential, reason, sideOf(tx.Scope().Principal()))
	})
}

// SuspendOwn takes a secret or key of the calling machine out of use; without
// one named, that with which it signed in, or all.
func (s *Service) SuspendOwn(ctx context.Context, credential *id.ID, all bool, reason string) (Client, day.Day, error) {
	scope, _ := authz.From(ctx)
	p := scope.Principal()
	if p.Kind != authz.Client {
		return Client{}, day.Day{}, fault.Missing()
	}
	if credential == nil && !all {
		credential = &p.Session
	}
	ctx = authz.With(ctx, authz.ForSelf(authz.Client, p.ID, authz.Platform))
	return s.changeOf(ctx, clientView{office: p.Organisation}, p.ID, func(tx *db.Tx, c Client, _ day.Day) (string, map[string]any, error) {
		return s.suspendTx(tx, c, credential, reason, ByClient)
	})
}

// suspendTx suspends one secret or key, or without one named all that work.
func (s *Service) suspendTx(tx *db.Tx, c Client, credential *id.ID, reason string, by Side) (string, map[string]any, error) {
	var leaked []id.ID
	for _, x := range c.Credentials {
		if x.Suspension == nil && (credential == nil || *credential == x.ID) {
			leaked = append(leaked, x.ID)
		}
	}
	if credential != nil {
		if _, err := livingOf(tx, c, *credential); err != nil {
			return "", nil, err
		}
	}
	if len(leaked) == 0 {
		return "", nil, fault.New(fault.Conflict, "client.already_suspended").Allowing([]string{"reinstatement"})
	}
	change, err := s.record(tx, c, ClientChange{Kind: SuspensionKind, Narrows: true, Side: by, Credential: credential, Reason: reason})
	if err != nil {
		return "", nil, err
	}
	if err := suspendCredentials(tx, leaked, change); err != nil {
		return "", nil, err
	}
	c.Version++
	return "client.suspended", map[string]any{"credential_ids": leaked, "side": by}, turnClient(tx, c, nil)
}

// ReinstateCredential takes a suspended secret or key into use again.
func (s *Service) ReinstateCredential(ctx context.Context, cid, credential id.ID, reason string) (Client, day.Day, error) {
	return s.changeClient(ctx, cid, func(tx *db.Tx, c Client, _ day.Day) (string, map[string]any, error) {
		x, err := livingOf(tx, c, credential)
		if err != nil {
			return "", nil, err
		}
		if x.Suspension == nil {
			return "", nil, fault.New(fault.Conflict, "client.not_suspended").Allowing([]string{"suspension"})
		}
		if !x.Suspension.mayReinstate(sideOf(tx.Scope().Principal())) {
			return "", nil, fault.New(fault.Forbidden, "client.office_reinstates")
		}
		if err := c.roomFor(x.Kind); err != nil {
			return "", nil, err
		}
		if _, err := s.record(tx, c, ClientChange{Kind: Reinstatement, Credential: &credential, Reason: reason}); err != nil {
			return "", nil, err
		}
		if err := reinstateCredential(tx, credential); err != nil {
			return "", nil, err
		}
		c.Version++
		return "client.credential_reinstated", map[string]any{"credential_id": credential}, turnClient(tx, c, nil)
	})
}

// area are the governments in which an office's people see what its machines
// see, with the role they have there.
func area(tx *db.Tx, office id.ID, today day.Day) (authz.Role, []int32, error) {
	o, err := organisation.GetTx(tx, office)
	if err != nil {
		return "", nil, err
	}
	role, err := roleOf(o, today)
	if fault.Is(err, "client.organisation_unfit") {
		return "", nil, nil // it has ended
	}
	if err != nil {
		return "", nil, err
	}
	tenants, err := government.CoveredTx(tx, o.RegionCode)
	return role, tenants, err
}
