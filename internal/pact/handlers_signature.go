package pact

import (
	"context"
	"time"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// SignPact handles POST /pact-signatures.
func (h Handlers) SignPact(ctx context.Context, in api.SignPactRequestObject) (api.SignPactResponseObject, error) {
	cid, err := id.Parse(in.Body.CampaignId)
	if err != nil {
		return nil, err
	}
	words, err := toHash(in.Body.TextSha256)
	if err != nil {
		return nil, err
	}
	s, isNew, err := h.s.Sign(ctx, cid, words, in.Body.Consent)
	if err != nil {
		return nil, err
	}
	if !isNew {
		return api.SignPact200JSONResponse(toAPISignature(ctx, s)), nil
	}
	return api.SignPact201JSONResponse{Body: toAPISignature(ctx, s),
		Headers: api.SignPact201ResponseHeaders{Location: wire.Location("/pact-signatures/" + s.ID.String())}}, nil
}

// ListPactSignatures handles GET /pact-signatures.
func (h Handlers) ListPactSignatures(ctx context.Context, in api.ListPactSignaturesRequestObject) (api.ListPactSignaturesResponseObject, error) {
	q := in.Params
	f := SignatureFilter{Method: Method(wire.Value(q.Method)), Struck: q.Struck}
	for to, from := range map[**id.ID]*string{&f.Campaign: q.CampaignId, &f.Person: q.AsnId, &f.OPD: q.OpdId} {
		v, err := wire.ToID(from)
		if err != nil {
			return nil, err
		}
		*to = v
	}
	r, err := page.Read("listPactSignatures", f, q.Limit, q.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListSignatures(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(s Signature) api.PactSignature { return toAPISignature(ctx, s) }).Items
	out := api.ListPactSignatures200JSONResponse{Body: api.PactSignatureList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/pact-signatures")
	return out, nil
}

// GetPactSignature handles GET /pact-signatures/{signatureId}.
func (h Handlers) GetPactSignature(ctx context.Context, in api.GetPactSignatureRequestObject) (api.GetPactSignatureResponseObject, error) {
	sid, err := id.Parse(in.SignatureId)
	if err != nil {
		return nil, err
	}
	s, err := h.s.GetSignature(ctx, sid)
	if err != nil {
		return nil, err
	}
	return api.GetPactSignature200JSONResponse{Body: toAPISignature(ctx, s), Headers: api.GetPactSignature200ResponseHeaders{ETag: wire.ETag(s.Version())}}, nil
}

// StrikePactSignature handles POST /pact-signatures/{signatureId}/striking.
func (h Handlers) StrikePactSignature(ctx context.Context, in api.StrikePactSignatureRequestObject) (api.StrikePactSignatureResponseObject, error) {
	sid, err := id.Parse(in.SignatureId)
	if err != nil {
		return nil, err
	}
	s, err := h.s.StrikeSignature(ctx, sid, in.Body.Reason)
	return api.StrikePactSignature200JSONResponse(toAPISignature(ctx, s)), err
}

func toAPISignature(ctx context.Context, s Signature) api.PactSignature {
	out := api.PactSignature{Id: s.ID.String(), CampaignId: s.Campaign.String(), PactTextId: s.Text.String(), AsnId: s.Person.String(), OpdId: s.OPD.String(),
		TextSha256: s.TextSHA256.String(), Method: api.PactMethod(s.Method), Assurance: wire.Optional(api.PactAssurance(s.Assurance)), AccountId: wire.ID(s.Account),
		SignedOn: wire.Day(s.SignedOn), Place: wire.Optional(s.Place), Witness: wire.Optional(s.Witness), RecordedAt: s.RecordedAt, RecordedLater: s.RecordedLater,
		ReceiptCode: s.Receipt(), Record: s.Record, RecordSha256: s.RecordSHA256.String(), Intact: s.Intact(), Version: s.Version(), AllowedSteps: s.Steps(may(ctx)),
		Statement: api.PactStatement{Id: s.statement(lang.Indonesian), En: s.statement(lang.English)}}
	if s.Strike != nil {
		out.Strike = &api.PactStrike{Reason: s.Strike.Reason, StruckAt: s.Strike.At, AccountId: wire.ID(s.Strike.By)}
	}
	return out
}

// statement is what a document may say of the signature, and no more.
func (s Signature) statement(l lang.Lang) string {
	p := fault.Params{"name": s.SignerName, "edition": s.Edition, "sha256": s.TextSHA256.String(), "day": s.SignedOn, "place": s.Place, "witness": s.Witness,
		"time": s.RecordedAt.UTC().Format(time.RFC3339)}
	switch {
	case !s.Stands():
		return lang.Text(l, "pact_statement.struck", p)
	case !s.Intact():
		return lang.Text(l, "pact_statement.altered", p)
	case s.Method == OnPaper:
		return lang.Text(l, "pact_statement.paper", p)
	}
	p["authentication"] = lang.Text(l, "pact_assurance."+string(s.Assurance), nil)
	return lang.Text(l, "pact_statement.account", p)
}

// RefusePact handles POST /pact-refusals.
func (h Handlers) RefusePact(ctx context.Context, in api.RefusePactRequestObject) (api.RefusePactResponseObject, error) {
	cid, err := id.Parse(in.Body.CampaignId)
	if err != nil {
		return nil, err
	}
	r, isNew, err := h.s.Refuse(ctx, cid, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := api.PactOwnRefusal{Id: r.ID.String(), CampaignId: r.Campaign.String(), RefusedAt: r.At}
	if !isNew {
		return api.RefusePact200JSONResponse(out), nil
	}
	return api.RefusePact201JSONResponse{Body: out, Headers: api.RefusePact201ResponseHeaders{Location: wire.Location("/me/pacts")}}, nil
}

// ListPactRefusals handles GET /pact-refusals.
func (h Handlers) ListPactRefusals(ctx context.Context, in api.ListPactRefusalsRequestObject) (api.ListPactRefusalsResponseObject, error) {
	campaign, err := wire.ToID(in.Params.CampaignId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listPactRefusals", campaign, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListRefusals(ctx, campaign, r)
	if err != nil {
		return nil, err
	}
	out := api.ListPactRefusals200JSONResponse{Body: api.PactRefusalList{Items: page.Map(p, func(x Refusal) api.PactRefusal {
		return api.PactRefusal{Id: x.ID.String(), CampaignId: x.Campaign.String(), AsnId: x.Person.String(), OpdId: x.OPD.String(), Reason: x.Reason, RefusedAt: x.At}
	}).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/pact-refusals")
	return out, nil
}

// ListMyPacts handles GET /me/pacts.
func (h Handlers) ListMyPacts(ctx context.Context, in api.ListMyPactsRequestObject) (api.ListMyPactsResponseObject, error) {
	r, err := page.Read("listMyPacts", nil, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Mine(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListMyPacts200JSONResponse{Body: api.MyPactList{Items: page.Map(p, func(m Mine) api.MyPact { return toAPIMine(ctx, m) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/pacts")
	return out, nil
}

func toAPIMine(ctx context.Context, m Mine) api.MyPact {
	out := api.MyPact{CampaignId: m.Campaign.ID.String(), Title: m.Campaign.Title, DueOn: wire.Day(m.Campaign.DueOn), CampaignState: api.PactCampaignState(m.Campaign.State),
		Text:      api.MyPactText{PactTextId: m.Text.ID.String(), Edition: m.Text.Edition, Body: m.Text.Body, TextSha256: m.Text.SHA256.String()},
		RefusedAt: m.RefusedAt, AllowedSteps: m.Steps()}
	if m.Signature != nil {
		s := toAPISignature(ctx, *m.Signature)
		out.Signature = &s
	}
	return out
}

// VerifyPact handles POST /public/pact-verifications.
func (h Handlers) VerifyPact(ctx context.Context, in api.VerifyPactRequestObject) (api.VerifyPactResponseObject, error) {
	v, err := h.s.Verify(ctx, in.Body.Code)
	if err != nil || !v.Valid {
		return api.VerifyPact200JSONResponse{}, err
	}
	day, method := wire.Day(v.SignedOn), api.PactMethod(v.Method)
	return api.VerifyPact200JSONResponse{Valid: true, CampaignId: wire.ID(&v.Campaign), Campaign: &v.Title, SignedOn: &day, MaskedName: &v.Name, Method: &method}, nil
}
