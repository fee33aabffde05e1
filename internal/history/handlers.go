package history

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag history.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListHistory handles GET /history.
func (h Handlers) ListHistory(ctx context.Context, in api.ListHistoryRequestObject) (api.ListHistoryResponseObject, error) {
	p := in.Params
	f := Filter{ObjectKind: wire.Value(p.ObjectKind), Action: wire.Value(p.Action), From: wire.ToDayPtr(p.From), Until: wire.ToDayPtr(p.Until)}
	var err error
	if f.Object, err = wire.ToID(p.ObjectId); err != nil {
		return nil, err
	}
	if f.Actor, err = wire.ToID(p.ActorId); err != nil {
		return nil, err
	}
	r, err := page.Read("listHistory", f, p.Limit, p.Cursor, 2)
	if err != nil {
		return nil, err
	}
	found, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListHistory200JSONResponse{Body: api.HistoryEntryList{Items: page.Map(found, toAPI).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(found, "/history")
	return out, nil
}

func toAPI(e Entry) api.HistoryEntry {
	fields := e.Fields
	if fields == nil {
		fields = []string{}
	}
	return api.HistoryEntry{Id: e.ID.String(), At: e.At, ActorKind: api.HistoryActorKind(e.ActorKind), ActorId: wire.ID(e.Actor), ActorName: wire.Optional(e.ActorName),
		Action: e.Action, ObjectKind: e.ObjectKind, ObjectId: e.Object.String(), Fields: fields}
}
