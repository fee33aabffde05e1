package casestatus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag casestatuses.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListCaseStatuses handles GET /case-statuses.
func (h Handlers) ListCaseStatuses(ctx context.Context, in api.ListCaseStatusesRequestObject) (api.ListCaseStatusesResponseObject, error) {
	f := Filter{TheirNumber: wire.Value(in.Params.TheirNumber), OurNumber: wire.Value(in.Params.OurNumber), UpdatedSince: in.Params.UpdatedSince}
	r, err := page.Read("listCaseStatuses", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	tag := tagOf(p)
	if matches(in.Params.IfNoneMatch, tag) {
		return api.ListCaseStatuses304Response{}, nil
	}
	out := api.ListCaseStatuses200JSONResponse{Body: api.CaseStatusList{Items: page.Map(p, toAPI).Items}}
	out.Headers.ETag = &tag
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/case-statuses")
	return out, nil
}

// GetCaseStatus handles GET /case-statuses/{caseStatusId}.
func (h Handlers) GetCaseStatus(ctx context.Context, in api.GetCaseStatusRequestObject) (api.GetCaseStatusResponseObject, error) {
	sid, err := id.Parse(in.CaseStatusId)
	if err != nil {
		return nil, err
	}
	s, err := h.s.Get(ctx, sid)
	if err != nil {
		return nil, err
	}
	tag := tagOne(s)
	if matches(in.Params.IfNoneMatch, tag) {
		return api.GetCaseStatus304Response{}, nil
	}
	return api.GetCaseStatus200JSONResponse{Body: toAPI(s), Headers: api.GetCaseStatus200ResponseHeaders{ETag: &tag}}, nil
}

// tagOne names the content of one matter: a report and the case it became count
// their versions apart, so the word belongs to it.
func tagOne(s Status) string { return fmt.Sprintf(`"%d-%s"`, s.Version, s.Word) }

// tagOf names the content of a page: which matters in which version.
func tagOf(p page.Page[Status]) string {
	h := sha256.New()
	for _, s := range p.Items {
		_, _ = fmt.Fprintf(h, "%s %s\n", s.ID, tagOne(s))
	}
	_, _ = h.Write([]byte(p.Next))
	return `"` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
}

// matches reports whether the client already has what the tag names (RFC 9110).
func matches(header *string, tag string) bool {
	if header == nil {
		return false
	}
	for one := range strings.SplitSeq(*header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

func toAPI(s Status) api.CaseStatus {
	return api.CaseStatus{Id: s.ID.String(), GovernmentCode: s.GovernmentCode, OurNumber: wire.Optional(s.OurNumber), TheirNumber: s.TheirNumber,
		Status: api.CaseStatusWord(s.Word), StatusSince: wire.Day(s.Since), ReceivedOn: wire.Day(s.ReceivedOn), RegisteredOn: wire.DayPtr(s.RegisteredOn),
		ClosedOn: wire.DayPtr(s.ClosedOn), UpdatedAt: s.UpdatedAt, Version: s.Version}
}
