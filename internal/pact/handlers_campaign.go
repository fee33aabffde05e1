package pact

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListPactCampaigns handles GET /pact-campaigns.
func (h Handlers) ListPactCampaigns(ctx context.Context, in api.ListPactCampaignsRequestObject) (api.ListPactCampaignsResponseObject, error) {
	f := CampaignFilter{State: CampaignState(wire.Value(in.Params.State))}
	var err error
	if f.Text, err = wire.ToID(in.Params.PactTextId); err != nil {
		return nil, err
	}
	r, err := page.Read("listPactCampaigns", f, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListCampaigns(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListPactCampaigns200JSONResponse{Body: api.PactCampaignList{Items: page.Map(p, func(c Campaign) api.PactCampaign { return toAPICampaign(ctx, c) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/pact-campaigns")
	return out, nil
}

// CreatePactCampaign handles POST /pact-campaigns.
func (h Handlers) CreatePactCampaign(ctx context.Context, in api.CreatePactCampaignRequestObject) (api.CreatePactCampaignResponseObject, error) {
	b := in.Body
	c := Campaign{Title: b.Title, DueOn: wire.ToDay(b.DueOn)}
	var err error
	if c.Text, err = id.Parse(b.PactTextId); err != nil {
		return nil, err
	}
	if c.Rule, err = asn.RuleFromAPI(b.Rule); err != nil {
		return nil, err
	}
	if b.Witness != nil {
		if c.Mandate, err = wire.ToID(&b.Witness.MandateId); err != nil {
			return nil, err
		}
	}
	c, err = h.s.CreateCampaign(ctx, c)
	if err != nil {
		return nil, err
	}
	return api.CreatePactCampaign201JSONResponse{Body: toAPICampaign(ctx, c),
		Headers: api.CreatePactCampaign201ResponseHeaders{Location: wire.Location("/pact-campaigns/" + c.ID.String())}}, nil
}

// GetPactCampaign handles GET /pact-campaigns/{campaignId}.
func (h Handlers) GetPactCampaign(ctx context.Context, in api.GetPactCampaignRequestObject) (api.GetPactCampaignResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.GetCampaign(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.GetPactCampaign200JSONResponse{Body: toAPICampaign(ctx, c), Headers: api.GetPactCampaign200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// OpenPactCampaign handles POST /pact-campaigns/{campaignId}/opening.
func (h Handlers) OpenPactCampaign(ctx context.Context, in api.OpenPactCampaignRequestObject) (api.OpenPactCampaignResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.OpenCampaign(ctx, cid, wire.ToDayPtr(in.Body.OpenedOn))
	return api.OpenPactCampaign200JSONResponse(toAPICampaign(ctx, c)), err
}

// EnrolInPactCampaign handles POST /pact-campaigns/{campaignId}/enrolments.
func (h Handlers) EnrolInPactCampaign(ctx context.Context, in api.EnrolInPactCampaignRequestObject) (api.EnrolInPactCampaignResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	people, err := id.ParseAll(wire.Value(in.Body.AsnIds))
	if err != nil {
		return nil, err
	}
	n, err := h.s.Enrol(ctx, cid, people)
	return api.EnrolInPactCampaign200JSONResponse{Enrolled: int32(n)}, err
}

// ClosePactCampaign handles POST /pact-campaigns/{campaignId}/closing.
func (h Handlers) ClosePactCampaign(ctx context.Context, in api.ClosePactCampaignRequestObject) (api.ClosePactCampaignResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.CloseCampaign(ctx, cid)
	return api.ClosePactCampaign200JSONResponse(toAPICampaign(ctx, c)), err
}

func toAPICampaign(ctx context.Context, c Campaign) api.PactCampaign {
	out := api.PactCampaign{Id: c.ID.String(), PactTextId: c.Text.String(), ElectionId: c.Election.String(), Title: c.Title, DueOn: wire.Day(c.DueOn),
		Rule: asn.RuleToAPI(c.Rule), State: api.PactCampaignState(c.State), OpenedOn: wire.DayPtr(c.OpenedOn), RecordedLater: c.RecordedLater,
		ClosedOn: wire.DayPtr(c.ClosedOn), Version: c.Version, AllowedSteps: c.Steps(may(ctx))}
	if c.Mandate != nil {
		out.Witness = &api.PactWitness{MandateId: c.Mandate.String(), Name: wire.Optional(c.WitnessName), Title: wire.Optional(c.WitnessTitle)}
	}
	return out
}

// GetPactProgress handles GET /pact-campaigns/{campaignId}/progress.
func (h Handlers) GetPactProgress(ctx context.Context, in api.GetPactProgressRequestObject) (api.GetPactProgressResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Progress(ctx, cid)
	if err != nil {
		return nil, err
	}
	out := api.PactProgress{CampaignId: p.Campaign.String(), On: wire.Day(p.On), Items: make([]api.PactUnitCount, 0, len(p.Units))}
	t := p.Total
	out.Total = api.PactCount{Obliged: t.Obliged, Signed: t.Signed, Refused: p.refused(t), Excused: t.Excused, Open: t.Still}
	for _, u := range p.Units {
		out.Items = append(out.Items, api.PactUnitCount{OpdId: u.OPD.String(), Name: u.Name, Obliged: u.Obliged, Signed: u.Signed, Refused: p.refused(u),
			Excused: u.Excused, Open: u.Still})
	}
	return api.GetPactProgress200JSONResponse(out), nil
}

// refused is left out for whoever may not know of refusals.
func (p Progress) refused(c Count) *int32 {
	if !p.ShowsRefused {
		return nil
	}
	return &c.Refused
}

// ListPactObligations handles GET /pact-campaigns/{campaignId}/obligations.
func (h Handlers) ListPactObligations(ctx context.Context, in api.ListPactObligationsRequestObject) (api.ListPactObligationsResponseObject, error) {
	f := ObligationFilter{Standing: Standing(wire.Value(in.Params.State))}
	var err error
	if f.Campaign, err = id.Parse(in.CampaignId); err != nil {
		return nil, err
	}
	if f.OPD, err = wire.ToID(in.Params.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listPactObligations", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Obligations(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListPactObligations200JSONResponse{Body: api.PactObligationList{Items: page.Map(p, toAPIObligation).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/pact-campaigns/"+in.CampaignId+"/obligations")
	return out, nil
}

func toAPIObligation(o Obligation) api.PactObligation {
	return api.PactObligation{AsnId: o.Person.String(), Name: o.Name, OpdId: o.OPD.String(), OpdName: o.OPDName, State: api.PactStanding(o.Standing),
		EnrolledLater: o.Enrolled}
}

// RecordPactPaperSignatures handles POST /pact-campaigns/{campaignId}/paper-signatures.
func (h Handlers) RecordPactPaperSignatures(ctx context.Context, in api.RecordPactPaperSignaturesRequestObject) (api.RecordPactPaperSignaturesResponseObject, error) {
	cid, err := id.Parse(in.CampaignId)
	if err != nil {
		return nil, err
	}
	p := Paper{SignedOn: wire.ToDay(in.Body.SignedOn), Place: in.Body.Place, Witness: in.Body.Witness}
	if p.Items, err = fromAPIPaper(in.Body.Items); err != nil {
		return nil, err
	}
	outcomes, err := h.s.RecordPaper(ctx, cid, p)
	if err != nil {
		return nil, err
	}
	out := api.PactPaperOutcomeList{Items: make([]api.PactPaperOutcome, 0, len(outcomes))}
	for i, o := range outcomes {
		out.Items = append(out.Items, api.PactPaperOutcome{Index: int32(i), Outcome: api.PactPaperOutcomeOutcome(o.Result), SignatureId: wire.ID(o.Signature)})
	}
	return api.RecordPactPaperSignatures200JSONResponse(out), nil
}

// fromAPIPaper reads a list of people. An id that cannot be one names nobody,
// which is that item's outcome and no reason to refuse the rest.
func fromAPIPaper(in []api.PactPaperItemInput) ([]PaperItem, error) {
	out := make([]PaperItem, 0, len(in))
	for _, it := range in {
		if (it.AsnId == nil) == (it.Nip == nil) {
			return nil, fault.New(fault.Rule, "pact_signature.item_source").At("/items", "pact_signature.item_source")
		}
		item := PaperItem{NIP: wire.Value(it.Nip)}
		if it.AsnId != nil {
			person, err := id.Parse(*it.AsnId)
			if err != nil {
				person = id.Nil
			}
			item.Person = &person
		}
		out = append(out, item)
	}
	return out, nil
}
