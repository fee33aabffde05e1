package identity

import (
	"context"
	"net/netip"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListClients handles GET /clients.
func (h Handlers) ListClients(ctx context.Context, in api.ListClientsRequestObject) (api.ListClientsResponseObject, error) {
	org, err := wire.ToID(in.Params.OrganisationId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listClients", org, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Clients(ctx, org, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Client) api.MachineClient { return h.toAPI(ctx, c, today) }).Items
	out := api.ListClients200JSONResponse{Body: api.MachineClientList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/clients")
	return out, nil
}

// CreateClient handles POST /clients.
func (h Handlers) CreateClient(ctx context.Context, in api.CreateClientRequestObject) (api.CreateClientResponseObject, error) {
	b := in.Body
	c := Client{Name: b.Name, Scopes: wire.Strings[authz.Permission](wire.Value(b.Scopes)), ExpiresOn: wire.ToDay(b.ExpiresOn)}
	var err error
	if c.Organisation, err = id.Parse(b.OrganisationId); err != nil {
		return nil, err
	}
	if c.Governments, err = id.ParseAll(b.GovernmentIds); err != nil {
		return nil, err
	}
	if c.Networks, err = readNetworks(wire.Value(b.AllowedNetworks)); err != nil {
		return nil, err
	}
	c.PerMinute = wire.Value(b.QuotaPerMinute)
	c, today, err := h.s.CreateClient(ctx, c)
	if err != nil {
		return nil, err
	}
	return api.CreateClient201JSONResponse{Body: h.toAPI(ctx, c, today), Headers: api.CreateClient201ResponseHeaders{Location: wire.Location("/clients/" + c.ID.String())}}, nil
}

// GetClient handles GET /clients/{clientId}.
func (h Handlers) GetClient(ctx context.Context, in api.GetClientRequestObject) (api.GetClientResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.ClientByID(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.GetClient200JSONResponse{Body: h.toAPI(ctx, c, today), Headers: api.GetClient200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// CreateClientSecret handles POST /clients/{clientId}/secrets.
func (h Handlers) CreateClientSecret(ctx context.Context, in api.CreateClientSecretRequestObject) (api.CreateClientSecretResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	x, secret, err := h.s.NewSecret(ctx, cid, wire.ToDayPtr(in.Body.ExpiresOn))
	if err != nil {
		return nil, err
	}
	return api.CreateClientSecret201JSONResponse{
		Body:    api.ClientSecret{CredentialId: x.ID.String(), ClientId: cid.String(), ClientSecret: secret, ExpiresOn: wire.Day(x.ExpiresOn)},
		Headers: api.CreateClientSecret201ResponseHeaders{Location: wire.Location("/clients/" + cid.String())}}, nil
}

// AddClientKey handles POST /clients/{clientId}/keys.
func (h Handlers) AddClientKey(ctx context.Context, in api.AddClientKeyRequestObject) (api.AddClientKeyResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	k := in.Body.Jwk
	c, today, err := h.s.AddKey(ctx, cid, authn.JWK{KeyType: string(k.Kty), Use: string(wire.Value(k.Use)), Algorithm: string(wire.Value(k.Alg)), ID: k.Kid, N: k.N, E: k.E},
		wire.ToDayPtr(in.Body.ExpiresOn))
	if err != nil {
		return nil, err
	}
	return api.AddClientKey201JSONResponse{Body: h.toAPI(ctx, c, today), Headers: api.AddClientKey201ResponseHeaders{Location: wire.Location("/clients/" + cid.String())}}, nil
}

// RevokeClientCredential handles POST
// /clients/{clientId}/credentials/{credentialId}/revocation.
func (h Handlers) RevokeClientCredential(ctx context.Context, in api.RevokeClientCredentialRequestObject) (api.RevokeClientCredentialResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	credential, err := id.Parse(in.CredentialId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.RevokeCredential(ctx, cid, credential)
	if err != nil {
		return nil, err
	}
	return api.RevokeClientCredential200JSONResponse(h.toAPI(ctx, c, today)), nil
}

// SuspendClient handles POST /clients/{clientId}/suspension.
func (h Handlers) SuspendClient(ctx context.Context, in api.SuspendClientRequestObject) (api.SuspendClientResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.SuspendClient(ctx, cid, nil, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.SuspendClient200JSONResponse(h.toAPI(ctx, c, today)), nil
}

// SuspendClientCredential handles POST
// /clients/{clientId}/credentials/{credentialId}/suspension.
func (h Handlers) SuspendClientCredential(ctx context.Context, in api.SuspendClientCredentialRequestObject) (api.SuspendClientCredentialResponseObject, error) {
	ids, err := id.ParseAll([]string{in.ClientId, in.CredentialId})
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.SuspendClient(ctx, ids[0], &ids[1], in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.SuspendClientCredential200JSONResponse(h.toAPI(ctx, c, today)), nil
}

// ReinstateClientCredential handles POST
// /clients/{clientId}/credentials/{credentialId}/reinstatement.
func (h Handlers) ReinstateClientCredential(ctx context.Context, in api.ReinstateClientCredentialRequestObject) (api.ReinstateClientCredentialResponseObject, error) {
	ids, err := id.ParseAll([]string{in.ClientId, in.CredentialId})
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.ReinstateCredential(ctx, ids[0], ids[1], in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.ReinstateClientCredential200JSONResponse(h.toAPI(ctx, c, today)), nil
}

// GetOwnClient handles GET /me/client.
func (h Handlers) GetOwnClient(ctx context.Context, _ api.GetOwnClientRequestObject) (api.GetOwnClientResponseObject, error) {
	c, today, err := h.s.OwnClient(ctx)
	if err != nil {
		return nil, err
	}
	return api.GetOwnClient200JSONResponse{Body: h.toAPI(ctx, c, today), Headers: api.GetOwnClient200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// SuspendOwnCredential handles POST /me/client/suspension.
func (h Handlers) SuspendOwnCredential(ctx context.Context, in api.SuspendOwnCredentialRequestObject) (api.SuspendOwnCredentialResponseObject, error) {
	credential, err := wire.ToID(in.Body.CredentialId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.SuspendOwn(ctx, credential, wire.Value(in.Body.All), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.SuspendOwnCredential200JSONResponse{Body: h.toAPI(ctx, c, today), Headers: api.SuspendOwnCredential200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// ListClientChanges handles GET /client-changes.
func (h Handlers) ListClientChanges(ctx context.Context, in api.ListClientChangesRequestObject) (api.ListClientChangesResponseObject, error) {
	client, err := wire.ToID(in.Params.ClientId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listClientChanges", client, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ClientChanges(ctx, client, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(x ClientChange) api.ClientChange { return toAPIChange(ctx, x) }).Items
	out := api.ListClientChanges200JSONResponse{Body: api.ClientChangeList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/client-changes")
	return out, nil
}

// ProposeClientChange handles POST /clients/{clientId}/changes.
func (h Handlers) ProposeClientChange(ctx context.Context, in api.ProposeClientChangeRequestObject) (api.ProposeClientChangeResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	w := Wish{ExpiresOn: wire.ToDayPtr(b.ExpiresOn), PerMinute: b.QuotaPerMinute}
	if b.Scopes != nil {
		w.Scopes = wire.Strings[authz.Permission](*b.Scopes)
	}
	if b.AllowedNetworks != nil {
		networks, err := readNetworks(*b.AllowedNetworks)
		if err != nil {
			return nil, err
		}
		w.Networks = &networks
	}
	var governments []id.ID
	if b.GovernmentIds != nil {
		if governments, err = id.ParseAll(*b.GovernmentIds); err != nil {
			return nil, err
		}
	}
	x, err := h.s.Propose(ctx, cid, ChangeKind(b.Kind), governments, w, b.Reason)
	if err != nil {
		return nil, err
	}
	return api.ProposeClientChange201JSONResponse{Body: toAPIChange(ctx, x),
		Headers: api.ProposeClientChange201ResponseHeaders{Location: wire.Location("/client-changes?client_id=" + in.ClientId)}}, nil
}

// ConfirmClientChange handles POST
// /clients/{clientId}/changes/{changeId}/confirmation.
func (h Handlers) ConfirmClientChange(ctx context.Context, in api.ConfirmClientChangeRequestObject) (api.ConfirmClientChangeResponseObject, error) {
	x, err := h.decide(ctx, in.ClientId, in.ChangeId, InForce, "")
	return api.ConfirmClientChange200JSONResponse(x), err
}

// RejectClientChange handles POST
// /clients/{clientId}/changes/{changeId}/rejection.
func (h Handlers) RejectClientChange(ctx context.Context, in api.RejectClientChangeRequestObject) (api.RejectClientChangeResponseObject, error) {
	x, err := h.decide(ctx, in.ClientId, in.ChangeId, Rejected, in.Body.Reason)
	return api.RejectClientChange200JSONResponse(x), err
}

func (h Handlers) decide(ctx context.Context, client, change string, to ChangeState, reason string) (api.ClientChange, error) {
	ids, err := id.ParseAll([]string{client, change})
	if err != nil {
		return api.ClientChange{}, err
	}
	x, err := h.s.DecideChange(ctx, ids[0], ids[1], to, reason)
	if err != nil {
		return api.ClientChange{}, err
	}
	return toAPIChange(ctx, x), nil
}

func toAPIChange(ctx context.Context, x ClientChange) api.ClientChange {
	s, _ := authz.From(ctx)
	out := api.ClientChange{Id: x.ID.String(), ClientId: x.Client.String(), ClientName: x.ClientName, OrganisationId: x.Organisation.String(),
		Kind: api.ClientChangeKind(x.Kind), State: api.ClientChangeState(x.State), Narrows: x.Narrows, Side: api.ClientSide(x.Side), GovernmentId: wire.ID(x.Government),
		CredentialId: wire.ID(x.Credential), Reason: x.Reason, ExpiresOn: wire.DayPtr(x.Wish.ExpiresOn), QuotaPerMinute: x.Wish.PerMinute,
		ProposedBy: wire.ID(x.ProposedBy), ProposedAt: x.ProposedAt, DecidedBy: wire.ID(x.DecidedBy), DecidedAt: x.DecidedAt,
		DecisionReason: wire.Optional(x.DecisionReason), Version: x.Version, AllowedSteps: x.steps(s.Principal().ID, s.May("client.write"))}
	if x.Wish.Scopes != nil {
		scopes := wire.Strings[string](x.Wish.Scopes)
		out.Scopes = &scopes
	}
	if x.Wish.Tenants != nil {
		n := int32(len(x.Wish.Tenants))
		out.Governments = &n
	}
	if x.Wish.Networks != nil {
		networks := toAPINetworks(*x.Wish.Networks)
		out.AllowedNetworks = &networks
	}
	return out
}

func toAPINetworks(in []netip.Prefix) []string {
	out := make([]string, 0, len(in))
	for _, n := range in {
		out = append(out, n.String())
	}
	return out
}

func (h Handlers) toAPI(ctx context.Context, c Client, today day.Day) api.MachineClient {
	s, _ := authz.From(ctx)
	own := actingOf(s.Principal())
	out := api.MachineClient{Id: c.ID.String(), Name: c.Name, OrganisationId: c.Organisation.String(), Role: api.MachineClientRole(c.Role),
		GovernmentIds: []api.Id{}, Scopes: wire.Strings[string](c.Scopes), ExpiresOn: wire.Day(c.ExpiresOn), State: api.MachineClientState(c.state(today)),
		Credentials: []api.ClientCredential{}, CreatedAt: c.CreatedAt, Version: c.Version, AllowedSteps: c.steps(today, func(p authz.Permission) bool { return own.has(c) && s.May(p) }),
		AllowedNetworks: toAPINetworks(c.Networks), QuotaPerMinute: c.PerMinute, PendingChangeId: wire.ID(c.pending(h.s.now()))}
	for _, g := range c.Governments {
		out.GovernmentIds = append(out.GovernmentIds, g.String())
	}
	for _, x := range c.Credentials {
		one := api.ClientCredential{Id: x.ID.String(), Kind: api.ClientCredentialKind(x.Kind), Kid: wire.Optional(x.KID), ExpiresOn: wire.Day(x.ExpiresOn), CreatedAt: x.CreatedAt}
		if u := x.Suspension; u != nil {
			one.Suspension = &api.CredentialSuspension{At: u.At, By: api.ClientSide(u.By), GovernmentId: wire.ID(u.Government), Reason: u.Reason}
		}
		out.Credentials = append(out.Credentials, one)
	}
	return out
}
