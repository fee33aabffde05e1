package workitem

import (
	"context"
	"encoding/json"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag workitems.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListMyWorkItems handles GET /me/work-items.
func (h Handlers) ListMyWorkItems(ctx context.Context, in api.ListMyWorkItemsRequestObject) (api.ListMyWorkItemsResponseObject, error) {
	r, err := page.Read("listMyWorkItems", nil, in.Params.Limit, in.Params.Cursor, 3)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.List(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListMyWorkItems200JSONResponse{Body: api.WorkItemList{Items: page.Map(p, func(i Item) api.WorkItem { return toAPI(i, today) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/work-items")
	b, err := json.Marshal(out.Body)
	if err != nil {
		return nil, err
	}
	tag := wire.ContentTag(b)
	if known := wire.Known(in.Params.IfNoneMatch); known != nil && known(tag) {
		return api.ListMyWorkItems304Response{}, nil
	}
	out.Headers.ETag = &tag
	return out, nil
}

func toAPI(i Item, today day.Day) api.WorkItem {
	code := "work." + string(i.Kind)
	out := api.WorkItem{Kind: string(i.Kind), ObjectId: i.Object.String(), Href: wire.Base + i.Path, AllowedSteps: i.Steps,
		Title: api.BilingualText{Id: shown(lang.Text(lang.Indonesian, code, i.Params)), En: shown(lang.Text(lang.English, code, i.Params))}}
	if !i.Due.IsZero() {
		out.DueOn = wire.DayPtr(&i.Due)
		out.Overdue = today.After(i.Due)
	}
	if out.AllowedSteps == nil {
		out.AllowedSteps = []string{}
	}
	return out
}

// titleLimit is how much of a title a list shows: what it is made of, an action
// point for instance, may itself be a long text.
const titleLimit = 200

func shown(title string) string {
	if r := []rune(title); len(r) > titleLimit {
		return string(r[:titleLimit-1]) + "…"
	}
	return title
}
