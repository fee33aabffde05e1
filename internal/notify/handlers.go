package notify

import (
	"context"
	"encoding/json"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/lang"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag notices.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListMyNotices handles GET /me/notices.
func (h Handlers) ListMyNotices(ctx context.Context, in api.ListMyNoticesRequestObject) (api.ListMyNoticesResponseObject, error) {
	f := Filter{Unread: wire.Value(in.Params.Unread), UpdatedSince: in.Params.UpdatedSince}
	r, err := page.Read("listMyNotices", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	l := lang.Match(wire.Value(in.Params.AcceptLanguage))
	p, unread, err := h.s.List(ctx, l, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListMyNotices200JSONResponse{Body: api.NoticeList{Items: page.Map(p, toAPI).Items, Unread: int32(unread)}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/notices")
	b, err := json.Marshal(out.Body)
	if err != nil {
		return nil, err
	}
	tag := wire.ContentTag(b)
	if known := wire.Known(in.Params.IfNoneMatch); known != nil && known(tag) {
		return api.ListMyNotices304Response{}, nil
	}
	out.Headers.ETag, out.Headers.ContentLanguage = &tag, wire.Optional(string(l))
	return out, nil
}

// GetMyNotice handles GET /me/notices/{noticeId}.
func (h Handlers) GetMyNotice(ctx context.Context, in api.GetMyNoticeRequestObject) (api.GetMyNoticeResponseObject, error) {
	nid, err := id.Parse(in.NoticeId)
	if err != nil {
		return nil, err
	}
	l := lang.Match(wire.Value(in.Params.AcceptLanguage))
	n, err := h.s.Get(ctx, l, nid)
	if err != nil {
		return nil, err
	}
	return api.GetMyNotice200JSONResponse{Body: toAPI(n), Headers: api.GetMyNotice200ResponseHeaders{ETag: wire.ETag(n.Version), ContentLanguage: wire.Optional(string(l))}}, nil
}

// ReadMyNotice handles POST /me/notices/{noticeId}/reading.
func (h Handlers) ReadMyNotice(ctx context.Context, in api.ReadMyNoticeRequestObject) (api.ReadMyNoticeResponseObject, error) {
	nid, err := id.Parse(in.NoticeId)
	if err != nil {
		return nil, err
	}
	l := lang.Match(wire.Value(in.Params.AcceptLanguage))
	n, err := h.s.MarkRead(ctx, l, nid)
	if err != nil {
		return nil, err
	}
	return api.ReadMyNotice200JSONResponse{Body: toAPI(n), Headers: api.ReadMyNotice200ResponseHeaders{ETag: wire.ETag(n.Version), ContentLanguage: wire.Optional(string(l))}}, nil
}

// ReadMyNotices handles POST /me/notices/reading.
func (h Handlers) ReadMyNotices(ctx context.Context, in api.ReadMyNoticesRequestObject) (api.ReadMyNoticesResponseObject, error) {
	upTo, err := id.Parse(in.Body.UpToId)
	if err != nil {
		return nil, err
	}
	if err := h.s.MarkAllRead(ctx, upTo); err != nil {
		return nil, err
	}
	return api.ReadMyNotices204Response{}, nil
}

func toAPI(n Notice) api.Notice {
	return api.Notice{Id: n.ID.String(), Kind: api.NoticeKind(n.Kind), ObjectId: n.Object.String(), Href: wire.Base + n.Path, Title: n.Subject, Text: n.Text,
		At: n.At, ReadAt: n.Read, Version: n.Version, AllowedSteps: n.steps()}
}
