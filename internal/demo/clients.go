package demo

import (
	"context"
	"slices"
	"time"

	"github.com/netral-asn/netral/internal/demo/population"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/webhook"
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
	scopes := []authz.Permission{"casestatus.read", "change.read", "government.read", "upload.write", "webhook.read", "webhook.write"}
	if r == authz.Bawaslu {
		scopes = append(scopes, "referral.read", "referral.write")
	}
	c, _, err := l.app.Identity.CreateClient(id.Named(installation(ctx), clientOf(r, code)), identity.Client{Name: name, Organisation: organisation, Governments: governments,
		Scopes: scopes, ExpiresOn: day.New(2027, time.June, 30)})
	if err != nil {
		return err
	}
	if r == authz.BKN {
		return l.keyOf(ctx, c.ID)
	}
	until := day.New(2025, time.June, 30)
	if _, _, err = l.app.Identity.NewSecret(id.Named(installation(ctx), "secret/bawaslu-"+code), c.ID, &until); err != nil {
		return err
	}
	return l.webhook(ctx, c, code)
}

// revocation is proposed by one administrator of the installation and waits for
// the other; Bawaslu, the regency and BKN see it.
func (l *loader) revocation(ctx context.Context) error {
	_, err := l.app.Identity.Propose(act(ctx, authz.Principal{Kind: authz.User, ID: id.ForName("account/platform_admin"), Tenants: []int32{authz.Platform}, Assurance: authz.SecondFactor,
		Grants: []authz.Grant{{Role: authz.PlatformAdmin, Tenant: authz.Platform}}}, "client.write", "client-change/bawaslu-32.01"),
		id.ForName(clientOf(authz.Bawaslu, "32.01")), identity.Revocation, nil, identity.Wish{}, "Sistem diganti; klien baru sudah berjalan.")
	return err
}

// webhook registers the client's endpoint, with a test message that waits: it is
// paused in the same moment, since nobody listens there.
func (l *loader) webhook(ctx context.Context, c identity.Client, code string) error {
	p := l.places[slices.Index(population.Codes(), code)]
	scope, err := authz.Decide(authz.Principal{Kind: authz.Client, ID: c.ID, Organisation: c.Organisation, Tenants: []int32{p.Tenant},
		Grants: []authz.Grant{{Role: authz.Bawaslu, Tenant: p.Tenant}}}, "webhook.write")
	if err != nil {
		return err
	}
	nothing := func(*db.Tx) error { return nil }
	return l.app.DB.Together(authz.With(ctx, scope), nothing, nothing, func(ctx context.Context) error {
		e, _, err := l.app.Webhooks.Create(id.Named(ctx, "webhook/bawaslu-"+code), webhook.Endpoint{URL: "https://bawaslu.example.com/netral/" + code,
			Description: "Penarik status SIGAP", Types: []journal.Type{journal.CaseStatusChanged}})
		if err != nil {
			return err
		}
		if _, err := l.app.Webhooks.Test(id.Named(ctx, "webhook-delivery/bawaslu-"+code), e.ID); err != nil {
			return err
		}
		_, err = l.app.Webhooks.Pause(ctx, e.ID)
		return err
	})
}
