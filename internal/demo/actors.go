package demo

import (
	"context"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
)

// actor is one account of a government: who holds it and where a role that
// hangs on a unit begins.
type actor struct {
	role   authz.Role
	handle string // of the civil servant; empty for who is none here
	unit   string
}

// actors are the accounts of every government, one a role.
var actors = []actor{
	{authz.GovernmentAdmin, "secretary-bkpsdm", ""},
	{authz.AgencyOfficer, "officer-bkpsdm", ""},
	{authz.OPDOfficer, "kasubag", "dinkes"},
	{authz.OPDHead, "head-dinkes", "dinkes"},
	{authz.TaskForceMember, "satgas", ""},
	{authz.Inspector, "auditor", ""},
	{authz.AuthorisedOfficial, "sekda", ""},
	{authz.AppointingAuth, "", ""},
	{authz.IdentityCustodian, "kasubag-bkpsdm", ""},
	{authz.Auditor, "head-inspektorat", ""},
	{authz.ASN, "teacher", ""},
}

// account is the identifier of the account of a role.
func (p *place) account(r authz.Role) id.ID { return p.ref("account", string(r)) }

// principal is who acts when the account of a role is used.
func (p *place) principal(r authz.Role) authz.Principal {
	for _, a := range actors {
		if a.role != r {
			continue
		}
		out := authz.Principal{Kind: authz.User, ID: p.account(r), Tenants: []int32{p.Tenant}, Assurance: authz.SecondFactor,
			Grants: []authz.Grant{{Role: r, Tenant: p.Tenant}}}
		if a.handle != "" {
			out.Person = p.person(p.cast[a.handle])
		}
		if a.unit != "" {
			out.Grants[0].OPDRoot = p.unitID(p.staff.Unit(a.unit))
		}
		return out
	}
	panic("demo: no account of role " + string(r))
}

// as is the context in which the account of a role uses a permission, with
// identifiers that follow from name.
func (p *place) as(ctx context.Context, r authz.Role, perm authz.Permission, name string) context.Context {
	return act(ctx, p.principal(r), perm, name)
}

// self is the context in which a civil servant uses the own account.
func (p *place) self(ctx context.Context, q *population.Person, perm authz.Permission, name string) context.Context {
	person := p.person(q)
	return act(ctx, authz.Principal{Kind: authz.User, ID: id.ForName("account/" + person.String()), Tenants: []int32{p.Tenant}, Person: person,
		Grants: []authz.Grant{{Role: authz.ASN, Tenant: p.Tenant}}, Assurance: authz.SheetCode}, perm, name)
}

// act decides like the program does for a request; a refusal is an error of
// the programme.
func act(ctx context.Context, who authz.Principal, perm authz.Permission, name string) context.Context {
	return id.Named(authz.With(ctx, must(authz.Decide(who, perm))), name)
}
