package government

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListMandates handles GET /mandates.
func (h Handlers) ListMandates(ctx context.Context, in api.ListMandatesRequestObject) (api.ListMandatesResponseObject, error) {
	f := MandateFilter{Office: Office(wire.Value(in.Params.Office)), On: wire.ToDayPtr(in.Params.On)}
	r, err := page.Read("listMandates", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.ListMandates(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(m Mandate) api.Mandate { return toAPIMandate(ctx, m, today) }).Items
	out := api.ListMandates200JSONResponse{Body: api.MandateList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/mandates")
	return out, nil
}

// CreateMandate handles POST /mandates.
func (h Handlers) CreateMandate(ctx context.Context, in api.CreateMandateRequestObject) (api.CreateMandateResponseObject, error) {
	m, err := fromAPIMandate(*in.Body)
	if err != nil {
		return nil, err
	}
	m, today, err := h.s.CreateMandate(ctx, m)
	if err != nil {
		return nil, err
	}
	out := api.CreateMandate201JSONResponse{Body: toAPIMandate(ctx, m, today)}
	out.Headers.Location = wire.Location("/mandates/" + m.ID.String())
	return out, nil
}

// GetMandate handles GET /mandates/{mandateId}.
func (h Handlers) GetMandate(ctx context.Context, in api.GetMandateRequestObject) (api.GetMandateResponseObject, error) {
	mid, err := id.Parse(in.MandateId)
	if err != nil {
		return nil, err
	}
	m, today, err := h.s.GetMandate(ctx, mid)
	if err != nil {
		return nil, err
	}
	return api.GetMandate200JSONResponse{Body: toAPIMandate(ctx, m, today), Headers: api.GetMandate200ResponseHeaders{ETag: wire.ETag(m.Version)}}, nil
}

// EndMandate handles POST /mandates/{mandateId}/ending.
func (h Handlers) EndMandate(ctx context.Context, in api.EndMandateRequestObject) (api.EndMandateResponseObject, error) {
	mid, err := id.Parse(in.MandateId)
	if err != nil {
		return nil, err
	}
	m, today, err := h.s.EndMandate(ctx, mid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndMandate200JSONResponse(toAPIMandate(ctx, m, today)), nil
}

func fromAPIMandate(b api.MandateInput) (Mandate, error) {
	m := Mandate{Office: Office(b.Office), HolderKind: HolderKind(b.HolderKind), HolderName: b.HolderName, Title: b.Title, Basis: b.Basis,
		Powers: wire.Strings[Power](wire.Value(b.Powers)), From: wire.ToDay(b.ValidFrom), Until: wire.ToDayPtr(b.ValidUntil)}
	var err error
	if m.HolderASN, err = wire.ToID(b.HolderAsnId); err != nil {
		return m, err
	}
	if m.HolderUser, err = wire.ToID(b.HolderUserId); err != nil {
		return m, err
	}
	m.Delegates, err = wire.ToID(b.DelegatesId)
	return m, err
}

func toAPIMandate(ctx context.Context, m Mandate, today day.Day) api.Mandate {
	return api.Mandate{Id: m.ID.String(), Office: api.MandateOffice(m.Office), HolderKind: api.MandateHolderKind(m.HolderKind),
		HolderName: m.HolderName, HolderAsnId: wire.ID(m.HolderASN), HolderUserId: wire.ID(m.HolderUser), Title: m.Title, Basis: m.Basis,
		DelegatesId: wire.ID(m.Delegates), Powers: wire.Strings[api.MandatePower](m.Powers), ValidFrom: wire.Day(m.From),
		ValidUntil: wire.DayPtr(m.Until), RecordedLater: m.RecordedLater, Version: m.Version,
		AllowedSteps: m.steps(today, authz.May(ctx, "mandate.write"))}
}
