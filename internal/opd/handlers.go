package opd

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag opd.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListOpd handles GET /opd.
func (h Handlers) ListOpd(ctx context.Context, in api.ListOpdRequestObject) (api.ListOpdResponseObject, error) {
	f := Filter{Type: string(wire.Value(in.Params.Type)), On: wire.ToDayPtr(in.Params.On)}
	var err error
	if f.Parent, err = wire.ToID(in.Params.ParentId); err != nil {
		return nil, err
	}
	if f.Root, err = wire.ToID(in.Params.RootId); err != nil {
		return nil, err
	}
	r, err := page.Read("listOpd", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListOpd200JSONResponse{Body: api.OpdList{Items: page.Map(p, func(u Unit) api.Opd { return toAPI(ctx, u) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/opd")
	return out, nil
}

// CreateOpd handles POST /opd.
func (h Handlers) CreateOpd(ctx context.Context, in api.CreateOpdRequestObject) (api.CreateOpdResponseObject, error) {
	parent, err := wire.ToID(in.Body.ParentId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Create(ctx, Unit{Code: in.Body.Code, Name: in.Body.Name, Type: string(in.Body.Type), Parent: parent, From: wire.ToDay(in.Body.ValidFrom)})
	if err != nil {
		return nil, err
	}
	return api.CreateOpd201JSONResponse{Body: toAPI(ctx, u), Headers: api.CreateOpd201ResponseHeaders{Location: wire.Location("/opd/" + u.ID.String())}}, nil
}

// GetOpd handles GET /opd/{opdId}.
func (h Handlers) GetOpd(ctx context.Context, in api.GetOpdRequestObject) (api.GetOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Get(ctx, oid)
	if err != nil {
		return nil, err
	}
	return api.GetOpd200JSONResponse{Body: toAPI(ctx, u), Headers: api.GetOpd200ResponseHeaders{ETag: wire.ETag(u.Version)}}, nil
}

// UpdateOpd handles PATCH /opd/{opdId}.
func (h Handlers) UpdateOpd(ctx context.Context, in api.UpdateOpdRequestObject) (api.UpdateOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Update(ctx, oid, in.Body.Code, (*string)(in.Body.Type))
	if err != nil {
		return nil, err
	}
	return api.UpdateOpd200JSONResponse{Body: toAPI(ctx, u), Headers: api.UpdateOpd200ResponseHeaders{ETag: wire.ETag(u.Version)}}, nil
}

// GetOpdHistory handles GET /opd/{opdId}/history.
func (h Handlers) GetOpdHistory(ctx context.Context, in api.GetOpdHistoryRequestObject) (api.GetOpdHistoryResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	changes, err := h.s.History(ctx, oid)
	if err != nil {
		return nil, err
	}
	out := api.OpdHistory{Items: make([]api.OpdChange, 0, len(changes))}
	for _, c := range changes {
		out.Items = append(out.Items, toAPIChange(c))
	}
	return api.GetOpdHistory200JSONResponse(out), nil
}

// RenameOpd handles POST /opd/{opdId}/renaming.
func (h Handlers) RenameOpd(ctx context.Context, in api.RenameOpdRequestObject) (api.RenameOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Rename(ctx, oid, in.Body.Name, wire.ToDay(in.Body.ValidFrom))
	if err != nil {
		return nil, err
	}
	return api.RenameOpd200JSONResponse(toAPI(ctx, u)), nil
}

// MoveOpd handles POST /opd/{opdId}/moves.
func (h Handlers) MoveOpd(ctx context.Context, in api.MoveOpdRequestObject) (api.MoveOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	to, err := wire.ToID(in.Body.ParentId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.Move(ctx, oid, to, wire.ToDay(in.Body.ValidFrom))
	if err != nil {
		return nil, err
	}
	return api.MoveOpd200JSONResponse(toAPI(ctx, u)), nil
}

// MergeOpd handles POST /opd/mergers.
func (h Handlers) MergeOpd(ctx context.Context, in api.MergeOpdRequestObject) (api.MergeOpdResponseObject, error) {
	m := Merger{From: wire.ToDay(in.Body.ValidFrom)}
	var err error
	if m.Sources, err = id.ParseAll(in.Body.SourceIds); err != nil {
		return nil, err
	}
	if m.Into, err = wire.ToID(in.Body.IntoId); err != nil {
		return nil, err
	}
	if n := in.Body.Into; n != nil {
		m.New = &Unit{Code: n.Code, Name: n.Name, Type: string(n.Type)}
	}
	u, err := h.s.Merge(ctx, m)
	if err != nil {
		return nil, err
	}
	return api.MergeOpd200JSONResponse(toAPI(ctx, u)), nil
}

// SplitOpd handles POST /opd/{opdId}/splits.
func (h Handlers) SplitOpd(ctx context.Context, in api.SplitOpdRequestObject) (api.SplitOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	parts := make([]Part, 0, len(in.Body.Into))
	for _, p := range in.Body.Into {
		staff, err := id.ParseAll(wire.Value(p.AsnIds))
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{Unit: Unit{Code: p.Code, Name: p.Name, Type: string(p.Type)}, Staff: staff})
	}
	units, err := h.s.Split(ctx, oid, parts, wire.ToDay(in.Body.ValidFrom))
	if err != nil {
		return nil, err
	}
	out := api.OpdList{Items: make([]api.Opd, 0, len(units))}
	for _, u := range units {
		out.Items = append(out.Items, toAPI(ctx, u))
	}
	return api.SplitOpd201JSONResponse{Body: out, Headers: api.SplitOpd201ResponseHeaders{Location: wire.Location("/opd/" + units[0].ID.String())}}, nil
}

// EndOpd handles POST /opd/{opdId}/ending.
func (h Handlers) EndOpd(ctx context.Context, in api.EndOpdRequestObject) (api.EndOpdResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	u, err := h.s.End(ctx, oid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndOpd200JSONResponse(toAPI(ctx, u)), nil
}

// ListOpdOfficers handles GET /opd/{opdId}/officers.
func (h Handlers) ListOpdOfficers(ctx context.Context, in api.ListOpdOfficersRequestObject) (api.ListOpdOfficersResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	on := wire.ToDayPtr(in.Params.On)
	r, err := page.Read("listOpdOfficers", []any{oid, on}, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Officers(ctx, oid, on, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(o Officer) api.OpdOfficer { return toAPIOfficer(ctx, o, today) }).Items
	out := api.ListOpdOfficers200JSONResponse{Body: api.OpdOfficerList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/opd/"+in.OpdId+"/officers")
	return out, nil
}

// CreateOpdOfficer handles POST /opd/{opdId}/officers.
func (h Handlers) CreateOpdOfficer(ctx context.Context, in api.CreateOpdOfficerRequestObject) (api.CreateOpdOfficerResponseObject, error) {
	oid, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	person, err := id.Parse(in.Body.AsnId)
	if err != nil {
		return nil, err
	}
	o, today, err := h.s.Appoint(ctx, Officer{OPD: oid, Office: Office(in.Body.Office), ASN: person, HolderKind: string(in.Body.HolderKind),
		From: wire.ToDay(in.Body.ValidFrom), Until: wire.ToDayPtr(in.Body.ValidUntil)})
	if err != nil {
		return nil, err
	}
	return api.CreateOpdOfficer201JSONResponse{Body: toAPIOfficer(ctx, o, today),
		Headers: api.CreateOpdOfficer201ResponseHeaders{Location: wire.Location("/opd/" + in.OpdId + "/officers")}}, nil
}

// EndOpdOfficer handles POST /opd/{opdId}/officers/{officerId}/ending.
func (h Handlers) EndOpdOfficer(ctx context.Context, in api.EndOpdOfficerRequestObject) (api.EndOpdOfficerResponseObject, error) {
	unit, err := id.Parse(in.OpdId)
	if err != nil {
		return nil, err
	}
	oid, err := id.Parse(in.OfficerId)
	if err != nil {
		return nil, err
	}
	o, today, err := h.s.EndOffice(ctx, unit, oid, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndOpdOfficer200JSONResponse(toAPIOfficer(ctx, o, today)), nil
}

func mayWrite(ctx context.Context) bool {
	s, ok := authz.From(ctx)
	return ok && s.May("opd.write")
}

func toAPI(ctx context.Context, u Unit) api.Opd {
	return api.Opd{Id: u.ID.String(), Code: u.Code, Name: u.Name, Type: api.OpdType(u.Type), ParentId: wire.ID(u.Parent), ValidFrom: wire.Day(u.From),
		ValidUntil: wire.DayPtr(u.Until), SuccessorId: wire.ID(u.Successor), Version: u.Version, AllowedSteps: u.steps(mayWrite(ctx))}
}

func toAPIChange(c Change) api.OpdChange {
	out := api.OpdChange{Kind: api.OpdChangeKind(c.Kind), TakenOn: wire.Day(c.Day), Name: wire.Optional(c.Name), ParentId: wire.ID(c.Parent), RecordedLater: c.RecordedLater}
	if len(c.Related) > 0 {
		related := make([]api.Id, 0, len(c.Related))
		for _, r := range c.Related {
			related = append(related, r.String())
		}
		out.RelatedIds = &related
	}
	return out
}

func toAPIOfficer(ctx context.Context, o Officer, today day.Day) api.OpdOfficer {
	return api.OpdOfficer{Id: o.ID.String(), OpdId: o.OPD.String(), Office: api.OpdOffice(o.Office), AsnId: o.ASN.String(),
		HolderKind: api.OpdOfficerHolderKind(o.HolderKind), ValidFrom: wire.Day(o.From), ValidUntil: wire.DayPtr(o.Until),
		RecordedLater: o.RecordedLater, Version: o.Version, AllowedSteps: o.steps(today, mayWrite(ctx))}
}
