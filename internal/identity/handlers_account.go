package identity

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListAccounts handles GET /accounts.
func (h Handlers) ListAccounts(ctx context.Context, in api.ListAccountsRequestObject) (api.ListAccountsResponseObject, error) {
	f := AccountFilter{State: State(wire.Value(in.Params.State))}
	var err error
	if f.ASN, err = wire.ToID(in.Params.AsnId); err != nil {
		return nil, err
	}
	r, err := page.Read("listAccounts", f, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Accounts(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(v View) api.Account { return toAPIAccount(ctx, v) }).Items
	out := api.ListAccounts200JSONResponse{Body: api.AccountList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/accounts")
	return out, nil
}

// CreateAccount handles POST /accounts.
func (h Handlers) CreateAccount(ctx context.Context, in api.CreateAccountRequestObject) (api.CreateAccountResponseObject, error) {
	b := in.Body
	n := NewAccount{Name: wire.Value(b.Name), Email: wire.Value(b.Email), Phone: wire.Value(b.Phone)}
	var err error
	if n.ASN, err = wire.ToID(b.AsnId); err != nil {
		return nil, err
	}
	where, err := wire.ToID(b.GovernmentId)
	if err != nil {
		return nil, err
	}
	v, code, err := h.s.CreateAccount(ctx, n, where)
	if err != nil {
		return nil, err
	}
	out := api.CreateAccount201JSONResponse{Body: api.AccountOpened{Account: toAPIAccount(ctx, v), Code: code.Code, ExpiresAt: code.ExpiresAt}}
	out.Headers.Location = wire.Location("/accounts/" + v.ID.String())
	return out, nil
}

// GetAccount handles GET /accounts/{accountId}.
func (h Handlers) GetAccount(ctx context.Context, in api.GetAccountRequestObject) (api.GetAccountResponseObject, error) {
	aid, err := id.Parse(in.AccountId)
	if err != nil {
		return nil, err
	}
	v, err := h.s.AccountByID(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.GetAccount200JSONResponse{Body: toAPIAccount(ctx, v), Headers: api.GetAccount200ResponseHeaders{ETag: wire.ETag(v.Version)}}, nil
}

// SuspendAccount handles POST /accounts/{accountId}/suspension.
func (h Handlers) SuspendAccount(ctx context.Context, in api.SuspendAccountRequestObject) (api.SuspendAccountResponseObject, error) {
	aid, err := id.Parse(in.AccountId)
	if err != nil {
		return nil, err
	}
	v, err := h.s.Suspend(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.SuspendAccount200JSONResponse(toAPIAccount(ctx, v)), nil
}

// ReactivateAccount handles POST /accounts/{accountId}/reactivation.
func (h Handlers) ReactivateAccount(ctx context.Context, in api.ReactivateAccountRequestObject) (api.ReactivateAccountResponseObject, error) {
	aid, err := id.Parse(in.AccountId)
	if err != nil {
		return nil, err
	}
	v, err := h.s.Reactivate(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.ReactivateAccount200JSONResponse(toAPIAccount(ctx, v)), nil
}

// RenewAccountCode handles POST /accounts/{accountId}/activation-codes.
func (h Handlers) RenewAccountCode(ctx context.Context, in api.RenewAccountCodeRequestObject) (api.RenewAccountCodeResponseObject, error) {
	aid, err := id.Parse(in.AccountId)
	if err != nil {
		return nil, err
	}
	if err := cardSeen(in.Body.IdentityCardSeen); err != nil {
		return nil, err
	}
	code, err := h.s.RenewCode(ctx, aid)
	if err != nil {
		return nil, err
	}
	return api.RenewAccountCode201JSONResponse{Body: toAPICode(code), Headers: api.RenewAccountCode201ResponseHeaders{Location: wire.Location("/accounts/" + code.Account.String())}}, nil
}

// cardSeen refuses a code for somebody whose identity card nobody saw.
func cardSeen(seen bool) error {
	if seen {
		return nil
	}
	return fault.New(fault.Rule, "account.card_unseen").At("/identity_card_seen", "account.card_unseen")
}

func toAPICode(c Issued) api.ActivationCode {
	return api.ActivationCode{AccountId: c.Account.String(), Code: c.Code, ExpiresAt: c.ExpiresAt}
}

func toAPIAccount(ctx context.Context, v View) api.Account {
	s, _ := authz.From(ctx)
	return api.Account{Id: v.ID.String(), Name: v.Name, Email: wire.Optional(v.Email), AsnId: wire.ID(v.ASN), State: api.AccountState(v.State),
		Assurance: api.AccountAssurance(v.Assured()), SecondFactor: v.SecondFactor(), CreatedAt: v.CreatedAt, Version: v.Version,
		AllowedSteps: v.steps(s.May("account.write"), v.ID == s.Principal().ID)}
}

// ListRoleGrants handles GET /role-grants.
func (h Handlers) ListRoleGrants(ctx context.Context, in api.ListRoleGrantsRequestObject) (api.ListRoleGrantsResponseObject, error) {
	f := GrantFilter{Role: authz.Role(wire.Value(in.Params.Role)), On: wire.ToDayPtr(in.Params.On)}
	var err error
	if f.Account, err = wire.ToID(in.Params.AccountId); err != nil {
		return nil, err
	}
	r, err := page.Read("listRoleGrants", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Grants(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(g Grant) api.RoleGrant { return toAPIGrant(ctx, g, today) }).Items
	out := api.ListRoleGrants200JSONResponse{Body: api.RoleGrantList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/role-grants")
	return out, nil
}

// GrantRole handles POST /role-grants.
func (h Handlers) GrantRole(ctx context.Context, in api.GrantRoleRequestObject) (api.GrantRoleResponseObject, error) {
	b := in.Body
	g := Grant{Role: authz.Role(b.Role), From: wire.ToDay(b.ValidFrom), Until: wire.ToDayPtr(b.ValidUntil)}
	var err error
	if g.Account, err = id.Parse(b.AccountId); err != nil {
		return nil, err
	}
	if g.OPD, err = wire.ToID(b.OpdId); err != nil {
		return nil, err
	}
	if g.Organisation, err = wire.ToID(b.OrganisationId); err != nil {
		return nil, err
	}
	where, err := wire.ToID(b.GovernmentId)
	if err != nil {
		return nil, err
	}
	g, today, err := h.s.Give(ctx, g, where)
	if err != nil {
		return nil, err
	}
	return api.GrantRole201JSONResponse{Body: toAPIGrant(ctx, g, today), Headers: api.GrantRole201ResponseHeaders{Location: wire.Location("/role-grants/" + g.ID.String())}}, nil
}

// GetRoleGrant handles GET /role-grants/{grantId}.
func (h Handlers) GetRoleGrant(ctx context.Context, in api.GetRoleGrantRequestObject) (api.GetRoleGrantResponseObject, error) {
	gid, err := id.Parse(in.GrantId)
	if err != nil {
		return nil, err
	}
	g, today, err := h.s.GrantByID(ctx, gid)
	if err != nil {
		return nil, err
	}
	return api.GetRoleGrant200JSONResponse{Body: toAPIGrant(ctx, g, today), Headers: api.GetRoleGrant200ResponseHeaders{ETag: wire.ETag(g.Version)}}, nil
}

// EndRoleGrant handles POST /role-grants/{grantId}/ending.
func (h Handlers) EndRoleGrant(ctx context.Context, in api.EndRoleGrantRequestObject) (api.EndRoleGrantResponseObject, error) {
	gid, err := id.Parse(in.GrantId)
	if err != nil {
		return nil, err
	}
	g, today, err := h.s.EndGrant(ctx, gid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndRoleGrant200JSONResponse(toAPIGrant(ctx, g, today)), nil
}

// SubstituteRoleGrant handles POST /role-grants/{grantId}/substitutes.
func (h Handlers) SubstituteRoleGrant(ctx context.Context, in api.SubstituteRoleGrantRequestObject) (api.SubstituteRoleGrantResponseObject, error) {
	gid, err := id.Parse(in.GrantId)
	if err != nil {
		return nil, err
	}
	account, err := id.Parse(in.Body.AccountId)
	if err != nil {
		return nil, err
	}
	g, today, err := h.s.Substitute(ctx, gid, account, wire.ToDay(in.Body.ValidFrom), wire.ToDay(in.Body.ValidUntil))
	if err != nil {
		return nil, err
	}
	return api.SubstituteRoleGrant201JSONResponse{Body: toAPIGrant(ctx, g, today),
		Headers: api.SubstituteRoleGrant201ResponseHeaders{Location: wire.Location("/role-grants/" + g.ID.String())}}, nil
}

func toAPIGrant(ctx context.Context, g Grant, today day.Day) api.RoleGrant {
	s, _ := authz.From(ctx)
	return api.RoleGrant{Id: g.ID.String(), AccountId: g.Account.String(), AccountName: g.AccountName, GovernmentId: wire.ID(&g.Government),
		Role: api.GrantableRole(g.Role), OpdId: wire.ID(g.OPD), OrganisationId: wire.ID(g.Organisation), ValidFrom: wire.Day(g.From), ValidUntil: wire.DayPtr(g.Until),
		StandsInFor: wire.ID(g.StandsInFor), GrantedBy: wire.ID(g.GrantedBy), RecordedLater: g.RecordedLater, Version: g.Version,
		AllowedSteps: g.steps(today, actorOf(s.Principal()))}
}
