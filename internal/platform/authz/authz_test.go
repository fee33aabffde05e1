package authz

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Proves A6, T-23: what a caller may do follows from the roles in force in the
// governments of the token, from the scopes of a machine, and from how sure we
// are of the person.
func TestDecide(t *testing.T) {
	t.Parallel()
	person, unit := id.ForName("person"), id.ForName("unit")
	in := func(tenant int32, r Role) Grant { return Grant{Role: r, Tenant: tenant, OPDRoot: unit} }
	asn := func(a Assurance) Principal {
		return Principal{Kind: User, Person: person, Assurance: a, Tenants: []int32{1}, Grants: []Grant{in(1, ASN)}}
	}
	machine := Principal{Kind: Client, Tenants: []int32{1, 2}, Grants: []Grant{in(1, Bawaslu), in(2, Bawaslu)}, Scopes: []Permission{"casestatus.read"}}
	for name, c := range map[string]struct {
		p     Principal
		perm  Permission
		code  string
		reach Reach
		count int
	}{
		"nobody":                         {Principal{Kind: User, Tenants: []int32{1}}, "asn.read", "auth.not_permitted", 0, 0},
		"an officer":                     {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{in(1, AgencyOfficer)}}, "asn.read", "", Whole, 1},
		"the widest of two roles":        {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{in(1, OPDOfficer), in(1, Inspector)}}, "asn.read", "", Whole, 1},
		"a role of a unit":               {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{in(1, OPDOfficer)}}, "asn.read", "", Subtree, 1},
		"a role of a unit without one":   {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{{Role: OPDOfficer, Tenant: 1}}}, "asn.read", "auth.not_permitted", 0, 0},
		"oneself":                        {asn(SecondFactor), "asn.read", "", Self, 1},
		"oneself without a record":       {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{in(1, ASN)}}, "asn.read", "auth.not_permitted", 0, 0},
		"a machine over two":             {machine, "casestatus.read", "", Whole, 2},
		"a machine on itself":            {machine, "client.own", "", Whole, 2},
		"a person with machines' role":   {Principal{Kind: User, Tenants: []int32{0, 1}, Grants: []Grant{in(0, OversightOfficer), in(1, Bawaslu)}}, "casestatus.read", "", Whole, 1},
		"a person and machines' feeds":   {Principal{Kind: User, Tenants: []int32{0, 1}, Grants: []Grant{in(0, OversightOfficer), in(1, Bawaslu)}}, "change.read", "auth.not_permitted", 0, 0},
		"a machine outside its scopes":   {machine, "government.read", "auth.not_permitted", 0, 0},
		"an own case, second factor":     {asn(SecondFactor), "case.read", "", Self, 1},
		"an own case, vouched for":       {asn(BoundContact), "case.read", "", Self, 1},
		"an own case, by a printed code": {asn(SheetCode), "case.read", "auth.assurance_needed", 0, 0},
		"an own pact, by a printed code": {asn(SheetCode), "pact.sign", "", Self, 1},
		"administrators and reports":     {Principal{Kind: User, Tenants: []int32{1}, Grants: []Grant{in(1, GovernmentAdmin)}}, "report.read", "auth.not_permitted", 0, 0},
	} {
		s, err := Decide(c.p, c.perm)
		if c.code != "" {
			if !fault.Is(err, c.code) {
				t.Errorf("%s: got %v, want %s", name, err, c.code)
			}
			continue
		}
		if err != nil || s.Reach() != c.reach || len(s.Tenants()) != c.count {
			t.Errorf("%s: got reach %d over %v, %v", name, s.Reach(), s.Tenants(), err)
		}
	}
}

// Proves A5, T-26: an overseer of several governments writes where they signed
// in, and a machine that speaks for several names one.
func TestScope_Home(t *testing.T) {
	t.Parallel()
	over := func(k Kind, r Role, tenants ...int32) Principal {
		p := Principal{Kind: k, Tenants: tenants}
		for _, tenant := range tenants {
			p.Grants = append(p.Grants, Grant{Role: r, Tenant: tenant})
		}
		return p
	}
	for name, x := range map[string]struct {
		p    Principal
		perm Permission
		home int32
		code string
	}{
		"a province's overseer":  {over(User, ProvinceOverseer, 7, 1, 2), "me.write", 7, ""},
		"a person of one":        {over(User, GovernmentAdmin, 3), "me.write", 3, ""},
		"a machine of several":   {over(Client, Bawaslu, 1, 2), "client.own", 0, "request.government_needed"},
		"a machine of one alone": {over(Client, Bawaslu, 2), "client.own", 2, ""},
	} {
		s, err := Decide(x.p, x.perm)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		home, err := s.Home()
		if x.code != "" && fault.Is(err, x.code) {
			continue
		}
		if err != nil || home != x.home {
			t.Errorf("%s: got %d, %v", name, home, err)
		}
	}
}
