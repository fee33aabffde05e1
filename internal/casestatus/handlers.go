package casestatus

import (
	"bytes"
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag casestatuses.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// polled is what a poller may keep, and has to ask about again.
var polled = "private, no-cache"

// ListCaseStatuses handles GET /case-statuses.
func (h Handlers) ListCaseStatuses(ctx context.Context, in api.ListCaseStatusesRequestObject) (api.ListCaseStatusesResponseObject, error) {
	f := Filter{TheirNumber: wire.Value(in.Params.TheirNumber), OurNumber: wire.Value(in.Params.OurNumber), SBT: wire.Value(in.Params.SbtNumber),
		UpdatedSince: in.Params.UpdatedSince}
	if err := f.check(); err != nil {
		return nil, err
	}
	r, err := page.Read("listCaseStatuses", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	a, err := h.s.List(ctx, f, r, wire.Known(in.Params.IfNoneMatch))
	if err != nil {
		return nil, err
	}
	if !a.Fresh {
		return api.ListCaseStatuses304Response{Headers: api.ListCaseStatuses304ResponseHeaders{ETag: &a.Tag, CacheControl: &polled}}, nil
	}
	out := api.ListCaseStatuses200JSONResponse{Body: api.CaseStatusList{Items: page.Map(a.Page, toAPI).Items}}
	out.Headers.ETag, out.Headers.CacheControl = &a.Tag, &polled
	out.Headers.Link, out.Body.NextCursor = wire.Link(a.Page, "/case-statuses")
	return out, nil
}

// check refuses two look-ups at once, and one together with what narrows a list.
func (f Filter) check() error {
	n := 0
	for _, v := range []string{f.TheirNumber, f.OurNumber, f.SBT} {
		if v != "" {
			n++
		}
	}
	if n > 1 || (n == 1 && f.UpdatedSince != nil) {
		return fault.New(fault.Shape, "request.invalid").AtParameter("their_number", "casestatus.one_lookup")
	}
	return nil
}

// GetCaseStatus handles GET /case-statuses/{caseStatusId}.
func (h Handlers) GetCaseStatus(ctx context.Context, in api.GetCaseStatusRequestObject) (api.GetCaseStatusResponseObject, error) {
	sid, err := id.Parse(in.CaseStatusId)
	if err != nil {
		return nil, err
	}
	s, tag, err := h.s.Get(ctx, sid)
	if err != nil {
		return nil, err
	}
	if known := wire.Known(in.Params.IfNoneMatch); known != nil && known(tag) {
		return api.GetCaseStatus304Response{Headers: api.GetCaseStatus304ResponseHeaders{ETag: &tag, CacheControl: &polled}}, nil
	}
	return api.GetCaseStatus200JSONResponse{Body: toAPI(s), Headers: api.GetCaseStatus200ResponseHeaders{ETag: &tag, CacheControl: &polled}}, nil
}

// ExportCaseStatuses handles GET /case-statuses/export.
func (h Handlers) ExportCaseStatuses(ctx context.Context, in api.ExportCaseStatusesRequestObject) (api.ExportCaseStatusesResponseObject, error) {
	var b bytes.Buffer
	if err := h.s.Export(ctx, &b, Filter{UpdatedSince: in.Params.UpdatedSince}); err != nil {
		return nil, err
	}
	name := `attachment; filename="status-perkara.xlsx"`
	return api.ExportCaseStatuses200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()),
		Headers: api.ExportCaseStatuses200ResponseHeaders{ContentDisposition: &name}}, nil
}

func toAPI(s Status) api.CaseStatus {
	out := api.CaseStatus{Id: s.ID.String(), OrganisationId: s.Organisation.String(), GovernmentCode: s.GovernmentCode, OurNumber: wire.Optional(s.OurNumber), ReceiptNumber: wire.Optional(s.Receipt),
		TheirNumber: wire.Optional(s.TheirNumber), SbtNumber: wire.Optional(s.SBT), Status: api.CaseStatusWord(s.Word), StatusSince: wire.Day(s.Since),
		ReceivedOn: wire.Day(s.Received), RegisteredOn: optionalDay(s.Registered), ClosedOn: optionalDay(s.Closed), WaitsFor: api.CaseStatusWaits(s.Waits),
		AgeDays: int32(s.Age()), MissedDeadlines: s.Missed, UpdatedAt: s.Updated, Version: s.Version}
	if !s.Due.On.IsZero() {
		out.Due = &api.CaseStatusDue{Day: wire.Day(s.Due.On), DaysLeft: int32(s.DaysLeft()), Rule: s.Due.Rule, Confidence: api.CaseStatusDueConfidence(s.Due.Confidence)}
	}
	return out
}

func optionalDay(d day.Day) *api.Day {
	if d.IsZero() {
		return nil
	}
	v := wire.Day(d)
	return &v
}
