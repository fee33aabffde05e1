package notify

import (
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// ofAccounts are the kinds of package identity, which stands below this one:
// what was done to an account, its roles, and the machine clients that reach a
// government. Whoever is watched learns of the watcher's keys.
func ofAccounts() []Kind {
	return []Kind{
		{Name: "sign_in_changed", Urgency: Alarm, On: []string{"account.password_changed", "account.password_set", "account.second_factor_bound", "account.second_factor_removed", "account.code_reissued"},
			Accounts: "SELECT CAST(@object AS uuid) AS account_id", OfAccount: true, Permission: "me.read", Seen: All, Path: Under("/me")},
		{Name: "address_failing", Urgency: Alarm, On: []string{identity.AddressFailing}, Accounts: identity.AddresseeSQL, OfAccount: true, Permission: "me.read", Seen: All, Path: Under("/me/addresses")},
		{Name: "role_granted", Urgency: Ordinary, On: []string{"role.granted"}, Accounts: identity.GranteeSQL, Permission: "me.read", Seen: All, Path: Under("/me")},
		{Name: "role_ended", Urgency: Ordinary, On: []string{"role.ended"}, Accounts: identity.GranteeSQL, Permission: "me.read", Seen: All, Path: Under("/me")},
		{Name: "client_key_added", Urgency: Alarm, On: []string{"client.secret_created", "client.key_added"}, Holders: "client.read", Permission: "client.read",
			Seen: clients, Placeholders: []string{"client"}, Path: At("/clients")},
		{Name: "client_changed", Urgency: Task, On: []string{"client.created", "client.change_proposed", "client.changed", "client.suspended", "client.credential_revoked",
			"client.credential_reinstated", "client.revoked"}, Holders: "client.read", Permission: "client.read", Seen: clients, Placeholders: []string{"client"}, Path: At("/clients")},
	}
}

func clients(tx *db.Tx, objects []id.ID) (map[id.ID]fault.Params, error) {
	names, err := identity.SeenClientsTx(tx, objects)
	out := make(map[id.ID]fault.Params, len(names))
	for c, name := range names {
		out[c] = fault.Params{"client": name}
	}
	return out, err
}
