package identity

import (
	"slices"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Grant is a role given to an account in one government for a time.
type Grant struct {
	ID            id.ID
	Account       id.ID
	AccountName   string
	Tenant        int32
	Government    id.ID // opaque id of the tenant; id.Nil for the installation
	Role          authz.Role
	OPD           *id.ID
	Organisation  *id.ID // the office of an oversight officer
	From          day.Day
	Until         *day.Day // last day; before From when it never came into force
	StandsInFor   *id.ID
	GrantedBy     *id.ID
	RecordedLater bool
	Version       int32
}

// givers is the table of who may give which role. The installation's
// administrator names those who administer, a government's administrator
// everybody else; so nobody who administers a government adds another.
var givers = map[authz.Role][]authz.Role{
	authz.PlatformAdmin: {authz.PlatformAdmin, authz.GovernmentAdmin, authz.ProvinceOverseer, authz.OversightOfficer},
	authz.GovernmentAdmin: {authz.AgencyOfficer, authz.OPDOfficer, authz.OPDHead, authz.TaskForceMember, authz.Inspector,
		authz.AuthorisedOfficial, authz.AppointingAuth, authz.IdentityCustodian, authz.Auditor},
}

// ofUnit are the roles that reach one unit and what lies below it.
func ofUnit(r authz.Role) bool { return r == authz.OPDOfficer || r == authz.OPDHead }

// ofInstallation are the roles given in the installation itself.
func ofInstallation(r authz.Role) bool {
	return r == authz.PlatformAdmin || r == authz.OversightOfficer
}

// actor is who gives or ends roles and codes.
type actor struct {
	kind  authz.Kind
	id    id.ID
	roles []authz.Role
}

func actorOf(p authz.Principal) actor {
	a := actor{kind: p.Kind, id: p.ID}
	for _, g := range p.Grants {
		a.roles = append(a.roles, g.Role)
	}
	return a
}

// mayGive reports whether the actor may give or end the role at all. Commands
// of the operator may: they need the machine itself.
func (a actor) mayGive(r authz.Role) bool {
	if a.kind == authz.System {
		return true
	}
	return slices.ContainsFunc(a.roles, func(own authz.Role) bool { return slices.Contains(givers[own], r) })
}

// check holds a new grant to its rules.
func (g Grant) check(a actor) error {
	if !a.mayGive(g.Role) {
		return fault.New(fault.Forbidden, "grant.not_yours")
	}
	if g.Account == a.id && a.kind != authz.System {
		return fault.New(fault.Forbidden, "grant.own")
	}
	if ofInstallation(g.Role) != (g.Tenant == authz.Platform) {
		return fault.New(fault.Rule, "grant.government_unfit").At("/government_id", "grant.government_unfit")
	}
	if ofUnit(g.Role) != (g.OPD != nil) {
		return fault.New(fault.Rule, "grant.opd_unfit").At("/opd_id", "grant.opd_unfit")
	}
	if (g.Role == authz.OversightOfficer) != (g.Organisation != nil) {
		return fault.New(fault.Rule, "grant.organisation_unfit").At("/organisation_id", "grant.organisation_unfit")
	}
	if g.Until != nil && g.Until.Before(g.From) {
		return fault.New(fault.Rule, "grant.period_inverted").At("/valid_until", "grant.period_inverted")
	}
	return nil
}

// substitute makes the grant of who stands in.
func (g Grant) substitute(account id.ID, from, until day.Day) (Grant, error) {
	if g.StandsInFor != nil {
		return g, fault.New(fault.Conflict, "grant.substitute_of_substitute").Allowing([]string{"ending"})
	}
	if account == g.Account {
		return g, fault.New(fault.Rule, "grant.substitute_self").At("/account_id", "grant.substitute_self")
	}
	if from.Before(g.From) || (g.Until != nil && until.After(*g.Until)) {
		return g, fault.New(fault.Rule, "grant.outside_original").At("/valid_until", "grant.outside_original")
	}
	return Grant{Account: account, Tenant: g.Tenant, Government: g.Government, Role: g.Role, OPD: g.OPD, Organisation: g.Organisation, From: from, Until: &until, StandsInFor: &g.ID}, nil
}

// end sets the last day. The day before the first is allowed: the role is void.
func (g Grant) end(last day.Day) (Grant, error) {
	if last.Before(g.From.AddDays(-1)) {
		return g, fault.New(fault.Rule, "grant.period_inverted").At("/last_day", "grant.period_inverted")
	}
	if g.Until != nil && !last.Before(*g.Until) {
		return g, fault.New(fault.Conflict, "grant.ended").Allowing([]string{})
	}
	g.Until = &last
	g.Version++
	return g, nil
}

// on reports whether the role is in force on a legal day.
func (g Grant) on(d day.Day) bool { return !d.Before(g.From) && (g.Until == nil || !d.After(*g.Until)) }

// keepsAdmin refuses to end a grant that leaves a government without somebody
// who administers it on the first day after.
func (g Grant) keepsAdmin(all []Grant, first day.Day) error {
	if g.Role != authz.GovernmentAdmin || g.StandsInFor != nil {
		return nil
	}
	for _, o := range all {
		if o.ID != g.ID && o.StandsInFor == nil && o.on(first) {
			return nil
		}
	}
	return fault.New(fault.Conflict, "grant.last_admin").Allowing([]string{"substitute"})
}

// steps lists what the caller may do with a grant.
func (g Grant) steps(today day.Day, a actor) []string {
	out := []string{}
	if !a.mayGive(g.Role) || (g.Until != nil && g.Until.Before(today)) {
		return out
	}
	out = append(out, "ending")
	if g.StandsInFor == nil {
		out = append(out, "substitute")
	}
	return out
}
