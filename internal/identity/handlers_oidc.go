package identity

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// BeginOidc handles POST /auth/oidc/authorization.
func (h Handlers) BeginOidc(ctx context.Context, _ api.BeginOidcRequestObject) (api.BeginOidcResponseObject, error) {
	address, state, err := h.s.BeginOIDC(ctx)
	if err != nil {
		return nil, err
	}
	return api.BeginOidc200JSONResponse{AuthorizationUrl: address, State: state, ExpiresIn: int32(stateLife.Seconds())}, nil
}

// FinishOidc handles POST /auth/oidc/token.
func (h Handlers) FinishOidc(ctx context.Context, in api.FinishOidcRequestObject) (api.FinishOidcResponseObject, error) {
	t, err := h.s.FinishOIDC(ctx, in.Body.Code, in.Body.State, wire.Value(in.Body.Totp), wire.Value(in.Body.Government))
	if err != nil {
		return nil, err
	}
	return api.FinishOidc200JSONResponse(toAPIToken(t)), nil
}
