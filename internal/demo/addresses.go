package demo

import (
	"context"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
)

// addresses lets officers be reached by e-mail, at addresses that are nobody's;
// the personnel officer's of Dinas Kesehatan refuses.
func (l *loader) addresses(ctx context.Context) error {
	return l.each(func(p *place) error {
		for _, role := range []authz.Role{authz.AgencyOfficer, authz.OPDOfficer} {
			if err := l.address(ctx, p, role); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *loader) address(ctx context.Context, p *place, role authz.Role) error {
	return l.app.DB.Write(p.system(ctx, p.name("address", string(role))), func(tx *db.Tx) error {
		a, err := l.app.Identity.KnownAddressTx(tx, p.account(role), identity.Email, string(role)+"@"+domains[p.Code])
		if err != nil || role != authz.OPDOfficer {
			return err
		}
		return l.app.Identity.AddressRefusedTx(tx, a.ID, "address_refused")
	})
}
