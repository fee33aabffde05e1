package government

import (
	"bytes"
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag governments.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListPublicGovernments handles GET /public/governments.
func (h Handlers) ListPublicGovernments(ctx context.Context, in api.ListPublicGovernmentsRequestObject) (api.ListPublicGovernmentsResponseObject, error) {
	r, err := page.Read("listPublicGovernments", nil, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Directory(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListPublicGovernments200JSONResponse{Body: api.PublicGovernmentList{Items: page.Map(p, toAPIEntry).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/public/governments")
	return out, nil
}

// ListGovernments handles GET /governments.
func (h Handlers) ListGovernments(ctx context.Context, in api.ListGovernmentsRequestObject) (api.ListGovernmentsResponseObject, error) {
	r, err := page.Read("listGovernments", nil, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(g Government) api.Government { return toAPI(ctx, g) }).Items
	out := api.ListGovernments200JSONResponse{Body: api.GovernmentList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/governments")
	return out, nil
}

// CreateGovernment handles POST /governments.
func (h Handlers) CreateGovernment(ctx context.Context, in api.CreateGovernmentRequestObject) (api.CreateGovernmentResponseObject, error) {
	b := in.Body
	g, err := h.s.Create(ctx, Government{Code: b.Code, Name: b.Name, Kind: string(b.Kind), Zone: string(b.Zone), HeadTitle: b.HeadTitle,
		AgencyName: b.AgencyName, ShortName: wire.Value(b.ShortName), Address: wire.Value(b.Address), Letterhead: wire.Value(b.Letterhead)})
	if err != nil {
		return nil, err
	}
	out := api.CreateGovernment201JSONResponse{Body: toAPI(ctx, g)}
	out.Headers.Location = wire.Location("/governments/" + g.ID.String())
	return out, nil
}

// GetGovernment handles GET /governments/{governmentId}.
func (h Handlers) GetGovernment(ctx context.Context, in api.GetGovernmentRequestObject) (api.GetGovernmentResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	g, err := h.s.Get(ctx, gid)
	if err != nil {
		return nil, err
	}
	return api.GetGovernment200JSONResponse{Body: toAPI(ctx, g), Headers: api.GetGovernment200ResponseHeaders{ETag: wire.ETag(g.Version)}}, nil
}

// UpdateGovernment handles PATCH /governments/{governmentId}.
func (h Handlers) UpdateGovernment(ctx context.Context, in api.UpdateGovernmentRequestObject) (api.UpdateGovernmentResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := Change{Name: b.Name, ShortName: b.ShortName, Zone: (*string)(b.Zone), HeadTitle: b.HeadTitle, AgencyName: b.AgencyName, Address: b.Address,
		Letterhead: b.Letterhead}
	if t := b.Texts; t != nil {
		c.Texts = &TextsChange{SignIn: t.SignInNotice, Report: t.ReportNotice, Question: t.QuestionNotice, Footer: t.Footer}
	}
	g, err := h.s.Update(ctx, gid, c)
	if err != nil {
		return nil, err
	}
	return api.UpdateGovernment200JSONResponse{Body: toAPI(ctx, g), Headers: api.UpdateGovernment200ResponseHeaders{ETag: wire.ETag(g.Version)}}, nil
}

func toAPIEntry(e Entry) api.PublicGovernment {
	return api.PublicGovernment{Id: e.ID.String(), Code: e.Code, Name: e.Name, Kind: api.GovernmentKind(e.Kind), Zone: e.Zone}
}

func toAPI(ctx context.Context, g Government) api.Government {
	steps := []string{}
	if authz.May(ctx, "government.update") {
		steps = append(steps, "update")
	}
	if g.Letterhead == nil {
		g.Letterhead = []string{}
	}
	return api.Government{Id: g.ID.String(), Code: g.Code, Name: g.Name, Kind: api.GovernmentKind(g.Kind), Zone: g.Zone,
		HeadTitle: g.HeadTitle, AgencyName: g.AgencyName, ShortName: g.ShortName, Address: g.Address, Letterhead: g.Letterhead,
		Texts: toAPITexts(g.Texts), Logo: toAPILogo(g.Logo), Version: g.Version, AllowedSteps: steps}
}

func toAPITexts(t Texts) api.GovernmentTexts {
	return api.GovernmentTexts{SignInNotice: wire.Optional(t.SignIn), ReportNotice: wire.Optional(t.Report), QuestionNotice: wire.Optional(t.Question),
		Footer: wire.Optional(t.Footer)}
}

func toAPILogo(l *Logo) *api.GovernmentLogo {
	if l == nil {
		return nil
	}
	return &api.GovernmentLogo{MediaType: l.MediaType, Width: int32(l.Width), Height: int32(l.Height), Sha256: l.SHA256}
}

// SetGovernmentLogo handles PUT /governments/{governmentId}/logo.
func (h Handlers) SetGovernmentLogo(ctx context.Context, in api.SetGovernmentLogoRequestObject) (api.SetGovernmentLogoResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	g, err := h.s.SetLogo(ctx, gid, in.Body)
	if err != nil {
		return nil, err
	}
	return api.SetGovernmentLogo200JSONResponse{Body: toAPI(ctx, g), Headers: api.SetGovernmentLogo200ResponseHeaders{ETag: wire.ETag(g.Version)}}, nil
}

// RemoveGovernmentLogo handles DELETE /governments/{governmentId}/logo.
func (h Handlers) RemoveGovernmentLogo(ctx context.Context, in api.RemoveGovernmentLogoRequestObject) (api.RemoveGovernmentLogoResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	g, err := h.s.SetLogo(ctx, gid, nil)
	if err != nil {
		return nil, err
	}
	return api.RemoveGovernmentLogo200JSONResponse{Body: toAPI(ctx, g), Headers: api.RemoveGovernmentLogo200ResponseHeaders{ETag: wire.ETag(g.Version)}}, nil
}

// GetGovernmentProfile handles GET /public/governments/{governmentId}.
func (h Handlers) GetGovernmentProfile(ctx context.Context, in api.GetGovernmentProfileRequestObject) (api.GetGovernmentProfileResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	g, err := h.s.Profile(ctx, gid)
	if err != nil {
		return nil, err
	}
	tag := wire.ETag(g.Version)
	if known := wire.Known(in.Params.IfNoneMatch); known != nil && known(*tag) {
		return api.GetGovernmentProfile304Response{Headers: api.GetGovernmentProfile304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetGovernmentProfile200JSONResponse{Headers: api.GetGovernmentProfile200ResponseHeaders{ETag: tag},
		Body: api.GovernmentProfile{Id: g.ID.String(), Code: g.Code, Name: g.Name, Kind: api.GovernmentKind(g.Kind), Zone: g.Zone, ShortName: g.ShortName,
			Address: g.Address, AgencyName: g.AgencyName, HeadTitle: g.HeadTitle, Texts: toAPITexts(g.Texts), Logo: toAPILogo(g.Logo)}}, nil
}

// pictureKept is how long anybody may keep a logo without asking.
var pictureKept = "public, max-age=300"

// GetGovernmentLogo handles GET /public/governments/{governmentId}/logo.
func (h Handlers) GetGovernmentLogo(ctx context.Context, in api.GetGovernmentLogoRequestObject) (api.GetGovernmentLogoResponseObject, error) {
	gid, err := id.Parse(in.GovernmentId)
	if err != nil {
		return nil, err
	}
	l, err := h.s.Picture(ctx, gid)
	if err != nil {
		return nil, err
	}
	tag := wire.ContentTag(l.Picture)
	if known := wire.Known(in.Params.IfNoneMatch); known != nil && known(tag) {
		return api.GetGovernmentLogo304Response{Headers: api.GetGovernmentLogo304ResponseHeaders{ETag: &tag, CacheControl: &pictureKept}}, nil
	}
	headers, body, size := api.GetGovernmentLogo200ResponseHeaders{ETag: &tag, CacheControl: &pictureKept}, bytes.NewReader(l.Picture), int64(len(l.Picture))
	if l.MediaType == "image/jpeg" {
		return api.GetGovernmentLogo200ImagejpegResponse{Body: body, Headers: headers, ContentLength: size}, nil
	}
	return api.GetGovernmentLogo200ImagepngResponse{Body: body, Headers: headers, ContentLength: size}, nil
}
