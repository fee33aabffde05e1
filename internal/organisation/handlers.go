package organisation

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag organisations.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListOrganisations handles GET /organisations.
func (h Handlers) ListOrganisations(ctx context.Context, in api.ListOrganisationsRequestObject) (api.ListOrganisationsResponseObject, error) {
	f := Filter{Kind: Kind(wire.Value(in.Params.Kind)), RegionCode: in.Params.RegionCode, On: wire.ToDayPtr(in.Params.On)}
	r, err := page.Read("listOrganisations", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(o Organisation) api.Organisation { return toAPI(ctx, o) }).Items
	out := api.ListOrganisations200JSONResponse{Body: api.OrganisationList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/organisations")
	return out, nil
}

// CreateOrganisation handles POST /organisations.
func (h Handlers) CreateOrganisation(ctx context.Context, in api.CreateOrganisationRequestObject) (api.CreateOrganisationResponseObject, error) {
	b := in.Body
	o, err := h.s.Create(ctx, Organisation{Kind: Kind(b.Kind), Level: Level(b.Level), Name: b.Name, Abbreviation: wire.Value(b.Abbreviation),
		RegionCode: wire.Value(b.RegionCode), ValidFrom: wire.ToDay(b.ValidFrom), ValidUntil: wire.ToDayPtr(b.ValidUntil)})
	if err != nil {
		return nil, err
	}
	return api.CreateOrganisation201JSONResponse{Body: toAPI(ctx, o),
		Headers: api.CreateOrganisation201ResponseHeaders{Location: wire.Location("/organisations/" + o.ID.String())}}, nil
}

// GetOrganisation handles GET /organisations/{organisationId}.
func (h Handlers) GetOrganisation(ctx context.Context, in api.GetOrganisationRequestObject) (api.GetOrganisationResponseObject, error) {
	oid, err := id.Parse(in.OrganisationId)
	if err != nil {
		return nil, err
	}
	o, err := h.s.Get(ctx, oid)
	if err != nil {
		return nil, err
	}
	return api.GetOrganisation200JSONResponse{Body: toAPI(ctx, o), Headers: api.GetOrganisation200ResponseHeaders{ETag: wire.ETag(o.Version)}}, nil
}

// UpdateOrganisation handles PATCH /organisations/{organisationId}.
func (h Handlers) UpdateOrganisation(ctx context.Context, in api.UpdateOrganisationRequestObject) (api.UpdateOrganisationResponseObject, error) {
	oid, err := id.Parse(in.OrganisationId)
	if err != nil {
		return nil, err
	}
	o, err := h.s.Update(ctx, oid, Change{Name: in.Body.Name, Abbreviation: in.Body.Abbreviation})
	if err != nil {
		return nil, err
	}
	return api.UpdateOrganisation200JSONResponse{Body: toAPI(ctx, o), Headers: api.UpdateOrganisation200ResponseHeaders{ETag: wire.ETag(o.Version)}}, nil
}

// EndOrganisation handles POST /organisations/{organisationId}/ending.
func (h Handlers) EndOrganisation(ctx context.Context, in api.EndOrganisationRequestObject) (api.EndOrganisationResponseObject, error) {
	oid, err := id.Parse(in.OrganisationId)
	if err != nil {
		return nil, err
	}
	o, err := h.s.End(ctx, oid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndOrganisation200JSONResponse(toAPI(ctx, o)), nil
}

func toAPI(ctx context.Context, o Organisation) api.Organisation {
	s, ok := authz.From(ctx)
	return api.Organisation{Id: o.ID.String(), Kind: api.OrganisationKind(o.Kind), Level: api.OrganisationLevel(o.Level), Name: o.Name,
		Abbreviation: wire.Optional(o.Abbreviation), RegionCode: wire.Optional(o.RegionCode), ValidFrom: wire.Day(o.ValidFrom),
		ValidUntil: wire.DayPtr(o.ValidUntil), Version: o.Version, AllowedSteps: o.steps(ok && s.May("organisation.write"))}
}
