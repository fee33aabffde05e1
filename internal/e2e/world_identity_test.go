package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// identity gives every human caller an account, and makes accounts and roles of
// both governments.
func (w *world) identity(t *testing.T) {
	for _, r := range authz.Humans {
		g := w.a
		if r == authz.PlatformAdmin || r == authz.OversightOfficer {
			g = government.Government{}
		}
		own := w.s.Account(g, string(r)+"@caller.example", nil)
		w.callers[r] = w.s.As(r, w.a, harness.Under(w.unit), harness.Being(w.person), func(p *authz.Principal) { p.ID = own.ID })
	}
	accounts := [cells]string{3: nowhere}
	grants := accounts
	for i, g := range []government.Government{w.a, w.a, w.b} {
		a := w.s.Account(g, []string{"own", "other", "foreign"}[i]+"@account.example", nil)
		accounts[i], grants[i] = a.ID.String(), w.given(t, g, a).String()
	}
	w.objects["accountId"], w.objects["grantId"] = accounts, grants
	w.objects["sessionId"] = [cells]string{nowhere, nowhere, nowhere, nowhere} // sessions are nobody else's
	w.objects["addressId"] = w.objects["sessionId"]
}

// clients makes a machine client of the office that the Bawaslu caller and the
// office's person speak for. It belongs to the installation, which reads them all;
// which governments see it is its journey's matter.
func (w *world) clients(t *testing.T) {
	admin := w.s.As(authz.PlatformAdmin, w.a)
	office := w.objects["organisationId"][ownUnit]
	made := admin.Post("/clients", map[string]any{"name": "SIGAP", "organisation_id": office, "government_ids": []string{w.a.ID.String()},
		"expires_on": "2099-12-31"}).Expect(201).Text("id")
	secret := admin.Post("/clients/"+made+"/secrets", map[string]any{}).Expect(201).Text("credential_id")
	change := admin.Post("/clients/"+made+"/changes", map[string]any{"kind": "revocation", "reason": "x"}).Expect(201).Text("id")
	w.same("clientId", made, nowhere)
	w.same("credentialId", secret, nowhere)
	w.same("changeId", change, nowhere)
	who := w.callers[authz.OversightOfficer].Principal
	who.Organisation = parsed(t, office)
	who.Tenants = append(who.Tenants, w.a.Tenant)
	who.Grants = append(who.Grants, authz.Grant{Role: authz.Bawaslu, Tenant: w.a.Tenant})
	w.callers[authz.OversightOfficer] = w.s.Principal(who)
}

// given makes a role that the world's administrators may end.
func (w *world) given(t *testing.T, g government.Government, a identity.Account) (gid id.ID) {
	t.Helper()
	err := w.s.App.DB.Write(harness.System(g), func(tx *db.Tx) error {
		x, err := w.s.App.Identity.GiveTx(tx, identity.Grant{Account: a.ID, Tenant: g.Tenant, Role: authz.Auditor, From: day.New(2024, 1, 2)})
		gid = x.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return gid
}
