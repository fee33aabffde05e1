package identity

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag identity.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// IssueToken handles POST /auth/token.
func (h Handlers) IssueToken(ctx context.Context, in api.IssueTokenRequestObject) (api.IssueTokenResponseObject, error) {
	b := in.Body
	t, err := h.token(ctx, *b)
	if err != nil {
		return nil, err
	}
	return api.IssueToken200JSONResponse(toAPIToken(t)), nil
}

func (h Handlers) token(ctx context.Context, b api.TokenInput) (Token, error) {
	switch b.GrantType {
	case "password":
		if err := needed(map[string]*string{"username": b.Username, "password": b.Password}); err != nil {
			return Token{}, err
		}
		return h.s.Password(ctx, *b.Username, *b.Password, wire.Value(b.Totp), wire.Value(b.Government))
	case "refresh_token":
		if err := needed(map[string]*string{"refresh_token": b.RefreshToken}); err != nil {
			return Token{}, err
		}
		return h.s.Refresh(ctx, *b.RefreshToken, wire.Value(b.Government))
	default:
		p, err := proofOf(ctx, b)
		if err != nil {
			return Token{}, err
		}
		return h.s.ClientToken(ctx, p, wire.Value(b.Scope))
	}
}

// proofOf reads how a machine client shows who it is: by assertion, by HTTP
// Basic, or in the form. Two ways at once are refused (RFC 6749, 2.3).
func proofOf(ctx context.Context, b api.TokenInput) (Proof, error) {
	p := Proof{Client: wire.Value(b.ClientId), Secret: wire.Value(b.ClientSecret), Assertion: wire.Value(b.ClientAssertion)}
	by := authn.AttemptOf(ctx)
	if p.Assertion != "" {
		if wire.Value(b.ClientAssertionType) != authn.AssertionType || p.Secret != "" || by.ClientSecret != "" {
			return p, badClient()
		}
		return p, nil
	}
	if by.ClientID != "" || by.ClientSecret != "" {
		if p.Secret != "" || (p.Client != "" && p.Client != by.ClientID) {
			return p, badClient()
		}
		p.Client, p.Secret = by.ClientID, by.ClientSecret
	}
	return p, nil
}

// needed names the form fields that a kind of grant cannot be without.
func needed(fields map[string]*string) error {
	f := fault.New(fault.Shape, "request.invalid")
	for name, v := range fields {
		if v == nil || *v == "" {
			f.At("/"+name, "field.required")
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func toAPIToken(t Token) api.AccessToken {
	out := api.AccessToken{AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: int32(t.ExpiresIn.Seconds()), RefreshToken: wire.Optional(t.Refresh),
		Scope: wire.Optional(t.Scope), Government: toAPIRef(t.Government)}
	if t.Scope == "" {
		out.SessionId, out.SecondFactorNeeded = wire.ID(&t.Session), &t.FactorNeeded
	}
	if t.ReissuedAt != nil {
		out.Notices = &[]api.AccountNotice{{Kind: "code_reissued", At: *t.ReissuedAt}}
	}
	return out
}

func toAPIRef(p place) *api.GovernmentRef {
	if p.Tenant == authz.Platform {
		return nil
	}
	return &api.GovernmentRef{Id: p.ID.String(), Code: p.Code, Name: p.Name}
}

// ActivateAccount handles POST /auth/activation.
func (h Handlers) ActivateAccount(ctx context.Context, in api.ActivateAccountRequestObject) (api.ActivateAccountResponseObject, error) {
	r, err := h.s.Redeem(ctx, in.Body.Code, in.Body.Password, wire.Value(in.Body.Email))
	if err != nil {
		return nil, err
	}
	return api.ActivateAccount200JSONResponse{AccountId: r.ID.String(), SignInWith: wire.Strings[api.ActivationSignInWith](r.signInWith()),
		Assurance: api.AccountAssurance(r.Assured()), Government: toAPIRef(r.Government)}, nil
}

// GetMe handles GET /me.
func (h Handlers) GetMe(ctx context.Context, _ api.GetMeRequestObject) (api.GetMeResponseObject, error) {
	m, err := h.s.Me(ctx)
	if err != nil {
		return nil, err
	}
	return api.GetMe200JSONResponse{Body: h.toAPIMe(m), Headers: api.GetMe200ResponseHeaders{ETag: wire.ETag(m.Version)}}, nil
}

// UpdateMe handles PATCH /me.
func (h Handlers) UpdateMe(ctx context.Context, in api.UpdateMeRequestObject) (api.UpdateMeResponseObject, error) {
	m, err := h.s.UpdateMe(ctx, in.Body.Email, in.Body.Phone)
	if err != nil {
		return nil, err
	}
	return api.UpdateMe200JSONResponse{Body: h.toAPIMe(m), Headers: api.UpdateMe200ResponseHeaders{ETag: wire.ETag(m.Version)}}, nil
}

func (h Handlers) toAPIMe(m Me) api.Me {
	out := api.Me{AccountId: m.ID.String(), Name: m.Name, Email: wire.Optional(m.Email), Phone: wire.Optional(m.Phone), AsnId: wire.ID(&m.Principal.Person),
		Government: toAPIRef(m.Here), Governments: []api.GovernmentRef{}, Roles: []api.RoleInForce{}, Permissions: wire.Strings[string](m.Principal.Permissions()),
		Assurance: api.AccountAssurance(m.Assured()), SessionId: wire.ID(&m.Principal.Session), Notices: []api.AccountNotice{}, Version: m.Version,
		AllowedSteps: []string{"update", "password", "totp"}}
	out.SecondFactor.Enrolled, out.SecondFactor.Required, out.SecondFactor.RecoveryCodesLeft = m.SecondFactor(), m.FactorRequired, int32(m.RecoveryLeft)
	for _, p := range m.Places {
		if ref := toAPIRef(p); ref != nil {
			out.Governments = append(out.Governments, *ref)
		}
	}
	for _, r := range m.Roles {
		role := api.RoleInForce{Role: string(r.Role), GrantId: wire.ID(&r.ID), OpdId: wire.ID(r.OPD), OpdName: wire.Optional(r.OPDName), StandsInFor: wire.ID(r.StandsInFor)}
		if r.ID != id.Nil {
			from := wire.Day(r.From)
			role.ValidFrom, role.ValidUntil = &from, wire.DayPtr(r.Until)
		}
		out.Roles = append(out.Roles, role)
	}
	if at := m.notice(h.s.now()); at != nil {
		out.Notices = append(out.Notices, api.AccountNotice{Kind: "code_reissued", At: *at})
	}
	return out
}

// ChangePassword handles POST /me/password.
func (h Handlers) ChangePassword(ctx context.Context, in api.ChangePasswordRequestObject) (api.ChangePasswordResponseObject, error) {
	if err := h.s.ChangePassword(ctx, in.Body.CurrentPassword, in.Body.NewPassword); err != nil {
		return nil, err
	}
	return api.ChangePassword204Response{}, nil
}

// StartTotp handles POST /me/totp.
func (h Handlers) StartTotp(ctx context.Context, in api.StartTotpRequestObject) (api.StartTotpResponseObject, error) {
	secret, address, err := h.s.StartTOTP(ctx, wire.Value(in.Body.Password), wire.Value(in.Body.Totp))
	if err != nil {
		return nil, err
	}
	return api.StartTotp200JSONResponse{Secret: secret, OtpauthUri: address}, nil
}

// ConfirmTotp handles POST /me/totp/confirmation.
func (h Handlers) ConfirmTotp(ctx context.Context, in api.ConfirmTotpRequestObject) (api.ConfirmTotpResponseObject, error) {
	codes, err := h.s.ConfirmTOTP(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ConfirmTotp200JSONResponse{RecoveryCodes: codes}, nil
}

// RemoveTotp handles DELETE /me/totp.
func (h Handlers) RemoveTotp(ctx context.Context, _ api.RemoveTotpRequestObject) (api.RemoveTotpResponseObject, error) {
	if err := h.s.RemoveTOTP(ctx); err != nil {
		return nil, err
	}
	return api.RemoveTotp204Response{}, nil
}

// ListMySessions handles GET /me/sessions.
func (h Handlers) ListMySessions(ctx context.Context, _ api.ListMySessionsRequestObject) (api.ListMySessionsResponseObject, error) {
	sessions, where, err := h.s.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	scope, _ := authz.From(ctx)
	out := api.SessionList{Items: make([]api.Session, 0, len(sessions))}
	for _, s := range sessions {
		out.Items = append(out.Items, api.Session{Id: s.ID.String(), Current: s.ID == scope.Principal().Session, Agent: wire.Optional(s.Agent),
			SecondFactor: s.SecondFactor, Government: toAPIRef(where[s.Tenant]), OpenedAt: s.OpenedAt, RefreshedAt: s.RefreshedAt, ExpiresAt: s.ExpiresAt})
	}
	return api.ListMySessions200JSONResponse(out), nil
}

// EndMySession handles DELETE /me/sessions/{sessionId}.
func (h Handlers) EndMySession(ctx context.Context, in api.EndMySessionRequestObject) (api.EndMySessionResponseObject, error) {
	session, err := id.Parse(in.SessionId)
	if err != nil {
		return nil, err
	}
	if err := h.s.EndSession(ctx, session); err != nil {
		return nil, err
	}
	return api.EndMySession204Response{}, nil
}
