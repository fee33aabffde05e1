package feed

import (
	"context"
	"time"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag changes.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListChanges handles GET /changes.
func (h Handlers) ListChanges(ctx context.Context, in api.ListChangesRequestObject) (api.ListChangesResponseObject, error) {
	limit := page.Default
	if in.Params.Limit != nil {
		limit = int(*in.Params.Limit)
	}
	out, err := h.s.List(ctx, Asked{Cursor: wire.Value(in.Params.Cursor), Latest: wire.Value(in.Params.Start) == api.Latest, Limit: limit,
		Wait: time.Duration(wire.Value(in.Params.Wait)) * time.Second, Known: wire.Known(in.Params.IfNoneMatch)})
	if err != nil {
		return nil, err
	}
	if !out.Fresh {
		return api.ListChanges304Response{Headers: api.ListChanges304ResponseHeaders{ETag: &out.Tag}}, nil
	}
	body := api.ChangeList{Items: make([]api.Change, 0, len(out.Items)), ResumeCursor: out.Resume}
	for _, c := range out.Items {
		body.Items = append(body.Items, toAPI(c))
	}
	res := api.ListChanges200JSONResponse{Body: body}
	res.Headers.ETag = &out.Tag
	if out.More {
		res.Headers.Link, res.Body.NextCursor = wire.Link(page.Page[Change]{Next: out.Resume}, "/changes")
	}
	return res, nil
}

func toAPI(c Change) api.Change {
	return api.Change{Id: c.ID.String(), Type: api.ChangeType(c.Type), Timestamp: c.At,
		Data: api.ChangeData{Id: c.Object.String(), GovernmentId: c.Government.String()}}
}
