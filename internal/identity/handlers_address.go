package identity

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListMyAddresses handles GET /me/addresses.
func (h Handlers) ListMyAddresses(ctx context.Context, _ api.ListMyAddressesRequestObject) (api.ListMyAddressesResponseObject, error) {
	all, err := h.s.Addresses(ctx)
	if err != nil {
		return nil, err
	}
	out := api.ListMyAddresses200JSONResponse{Items: []api.Address{}, Channels: []api.AddressChannel{}}
	for _, a := range all {
		out.Items = append(out.Items, toAPIAddress(a))
	}
	for _, c := range h.s.channels {
		out.Channels = append(out.Channels, api.AddressChannel(c))
	}
	return out, nil
}

// CreateMyAddress handles POST /me/addresses.
func (h Handlers) CreateMyAddress(ctx context.Context, in api.CreateMyAddressRequestObject) (api.CreateMyAddressResponseObject, error) {
	a, err := h.s.AddAddress(ctx, Channel(in.Body.Channel), in.Body.Value)
	if err != nil {
		return nil, err
	}
	return api.CreateMyAddress201JSONResponse{Body: toAPIAddress(a), Headers: api.CreateMyAddress201ResponseHeaders{Location: wire.Location("/me/addresses/" + a.ID.String())}}, nil
}

// GetMyAddress handles GET /me/addresses/{addressId}.
func (h Handlers) GetMyAddress(ctx context.Context, in api.GetMyAddressRequestObject) (api.GetMyAddressResponseObject, error) {
	aid, err := id.Parse(in.AddressId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.Address(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.GetMyAddress200JSONResponse{Body: toAPIAddress(a), Headers: api.GetMyAddress200ResponseHeaders{ETag: wire.ETag(a.Version)}}, nil
}

// RemoveMyAddress handles DELETE /me/addresses/{addressId}.
func (h Handlers) RemoveMyAddress(ctx context.Context, in api.RemoveMyAddressRequestObject) (api.RemoveMyAddressResponseObject, error) {
	aid, err := id.Parse(in.AddressId)
	if err != nil {
		return nil, err
	}
	if err := h.s.RemoveAddress(ctx, aid); err != nil {
		return nil, err
	}
	return api.RemoveMyAddress204Response{}, nil
}

// ConfirmMyAddress handles POST /me/addresses/{addressId}/confirmation.
func (h Handlers) ConfirmMyAddress(ctx context.Context, in api.ConfirmMyAddressRequestObject) (api.ConfirmMyAddressResponseObject, error) {
	aid, err := id.Parse(in.AddressId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.ConfirmAddress(ctx, aid, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ConfirmMyAddress200JSONResponse{Body: toAPIAddress(a), Headers: api.ConfirmMyAddress200ResponseHeaders{ETag: wire.ETag(a.Version)}}, nil
}

// RenewMyAddressCode handles POST /me/addresses/{addressId}/codes.
func (h Handlers) RenewMyAddressCode(ctx context.Context, in api.RenewMyAddressCodeRequestObject) (api.RenewMyAddressCodeResponseObject, error) {
	aid, err := id.Parse(in.AddressId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.RenewAddressCode(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.RenewMyAddressCode200JSONResponse{Body: toAPIAddress(a), Headers: api.RenewMyAddressCode200ResponseHeaders{ETag: wire.ETag(a.Version)}}, nil
}

// ListFailingAddresses handles GET /failing-addresses.
func (h Handlers) ListFailingAddresses(ctx context.Context, in api.ListFailingAddressesRequestObject) (api.ListFailingAddressesResponseObject, error) {
	r, err := page.Read("listFailingAddresses", nil, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.FailingAddresses(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListFailingAddresses200JSONResponse{Body: api.FailingAddressList{Items: page.Map(p, toAPIFailing).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/failing-addresses")
	return out, nil
}

func toAPIAddress(a Address) api.Address {
	out := api.Address{Id: a.ID.String(), Channel: api.AddressChannel(a.Channel), Value: a.Value, State: api.AddressState(a.State), ConfirmedAt: a.Confirmed,
		FailingSince: a.FailingSince, Failure: wire.Optional(a.Failure), CreatedAt: a.CreatedAt, Version: a.Version, AllowedSteps: a.steps()}
	if a.State != Confirmed {
		out.CodeExpiresAt = &a.CodeExpires
	}
	return out
}

func toAPIFailing(f FailingAddress) api.FailingAddress {
	return api.FailingAddress{Id: f.ID.String(), AccountId: f.Account.String(), AccountName: f.AccountName, Channel: api.AddressChannel(f.Channel), Hint: f.Hint(),
		Failure: f.Failure, FailingSince: *f.FailingSince}
}
