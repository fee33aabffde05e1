package identity

import (
	"context"

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
	items := page.Map(p, func(c Client) api.MachineClient { return toAPIClient(ctx, c, today) }).Items
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
	c, today, err := h.s.CreateClient(ctx, c)
	if err != nil {
		return nil, err
	}
	return api.CreateClient201JSONResponse{Body: toAPIClient(ctx, c, today), Headers: api.CreateClient201ResponseHeaders{Location: wire.Location("/clients/" + c.ID.String())}}, nil
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
	return api.GetClient200JSONResponse{Body: toAPIClient(ctx, c, today), Headers: api.GetClient200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
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
	return api.AddClientKey201JSONResponse{Body: toAPIClient(ctx, c, today), Headers: api.AddClientKey201ResponseHeaders{Location: wire.Location("/clients/" + cid.String())}}, nil
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
	return api.RevokeClientCredential200JSONResponse(toAPIClient(ctx, c, today)), nil
}

// RevokeClient handles POST /clients/{clientId}/revocation.
func (h Handlers) RevokeClient(ctx context.Context, in api.RevokeClientRequestObject) (api.RevokeClientResponseObject, error) {
	cid, err := id.Parse(in.ClientId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.RevokeClient(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.RevokeClient200JSONResponse(toAPIClient(ctx, c, today)), nil
}

func toAPIClient(ctx context.Context, c Client, today day.Day) api.MachineClient {
	s, _ := authz.From(ctx)
	out := api.MachineClient{Id: c.ID.String(), Name: c.Name, OrganisationId: c.Organisation.String(), Role: api.MachineClientRole(c.Role),
		GovernmentIds: []api.Id{}, Scopes: wire.Strings[string](c.Scopes), ExpiresOn: wire.Day(c.ExpiresOn), State: api.MachineClientState(c.state(today)),
		Credentials: []api.ClientCredential{}, CreatedAt: c.CreatedAt, Version: c.Version, AllowedSteps: c.steps(today, s.May("client.write"))}
	for _, g := range c.Governments {
		out.GovernmentIds = append(out.GovernmentIds, g.String())
	}
	for _, x := range c.Credentials {
		out.Credentials = append(out.Credentials, api.ClientCredential{Id: x.ID.String(), Kind: api.ClientCredentialKind(x.Kind), Kid: wire.Optional(x.KID),
			ExpiresOn: wire.Day(x.ExpiresOn), CreatedAt: x.CreatedAt})
	}
	return out
}
