package demo

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
)

// clientOf is the name of the machine client that pulls what a government did
// with referrals: each Bawaslu office has its own, BKN one for all three.
func clientOf(role authz.Role, government string) string {
	if role == authz.BKN {
		return "client/bkn"
	}
	return "client/bawaslu-" + government
}

// clients registers the machine clients of the oversight bodies. Their secrets
// are nobody's: tokens come from the command line.
func (l *loader) clients(ctx context.Context) error {
	var all []id.ID
	for _, code := range population.Codes() {
		gov := id.ForName("government/" + code)
		all = append(all, gov)
		if err := l.client(ctx, authz.Bawaslu, code, "SIGAP Bawaslu "+population.NameOf(code), id.ForName("organisation/bawaslu-"+code), gov); err != nil {
			return err
		}
	}
	return l.client(ctx, authz.BKN, "", "Pengawasan BKN", id.ForName("organisation/bkn"), all...)
}

func (l *loader) client(ctx context.Context, r authz.Role, code, name string, organisation id.ID, governments ...id.ID) error {
	c, _, err := l.app.Identity.CreateClient(id.Named(installation(ctx), clientOf(r, code)), identity.Client{Name: name, Organisation: organisation, Governments: governments,
		Scopes: []authz.Permission{"casestatus.read", "government.read"}, ExpiresOn: day.New(2027, time.June, 30)})
	if err != nil || r != authz.Bawaslu {
		return err
	}
	until := day.New(2025, time.June, 30)
	_, _, err = l.app.Identity.NewSecret(id.Named(installation(ctx), "secret/bawaslu-"+code), c.ID, &until)
	return err
}
