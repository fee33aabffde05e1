package event

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListEventInvitees handles GET /sosialisasi-events/{eventId}/invitees.
func (h Handlers) ListEventInvitees(ctx context.Context, in api.ListEventInviteesRequestObject) (api.ListEventInviteesResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	f := InviteeFilter{Mode: Mode(wire.Value(in.Params.Mode)), Attended: in.Params.Attended}
	if f.OPD, err = wire.ToID(in.Params.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listEventInvitees", []any{eid, f}, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Invitees(ctx, eid, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListEventInvitees200JSONResponse{Body: api.InviteeList{Items: page.Map(p, toAPIInvitee).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/sosialisasi-events/"+eid.String()+"/invitees")
	return out, nil
}

// DelegateEventInvitation handles POST /sosialisasi-events/{eventId}/delegations.
func (h Handlers) DelegateEventInvitation(ctx context.Context, in api.DelegateEventInvitationRequestObject) (api.DelegateEventInvitationResponseObject, error) {
	ids, err := id.ParseAll([]string{in.EventId, in.Body.AsnId, in.Body.DelegateId})
	if err != nil {
		return nil, err
	}
	i, err := h.s.Delegate(ctx, ids[0], ids[1], ids[2])
	return api.DelegateEventInvitation200JSONResponse(toAPIInvitee(i)), err
}

// ListEventAttendances handles GET /sosialisasi-events/{eventId}/attendances.
func (h Handlers) ListEventAttendances(ctx context.Context, in api.ListEventAttendancesRequestObject) (api.ListEventAttendancesResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	f := AttendanceFilter{Mode: Mode(wire.Value(in.Params.Mode)), Struck: wire.Value(in.Params.Struck)}
	if f.OPD, err = wire.ToID(in.Params.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listEventAttendances", []any{eid, f}, in.Params.Limit, in.Params.Cursor, 3)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Attendances(ctx, eid, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListEventAttendances200JSONResponse{Body: api.AttendanceList{Items: page.Map(p, toAPIAttendance).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/sosialisasi-events/"+eid.String()+"/attendances")
	return out, nil
}

// RecordEventAttendances handles POST /sosialisasi-events/{eventId}/attendances.
func (h Handlers) RecordEventAttendances(ctx context.Context, in api.RecordEventAttendancesRequestObject) (api.RecordEventAttendancesResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	lines, people := make([]Line, 0, len(in.Body.Items)), make([]id.ID, 0, len(in.Body.Items))
	for _, x := range in.Body.Items {
		pid, err := id.Parse(x.AsnId)
		if err != nil {
			return nil, err
		}
		lines, people = append(lines, Line{Person: pid, Mode: Mode(x.Mode)}), append(people, pid)
	}
	outcomes, err := h.s.Record(ctx, eid, Proof(in.Body.Proof), wire.Value(in.Body.Note), lines)
	if err != nil {
		return nil, err
	}
	return api.RecordEventAttendances200JSONResponse(toAPIOutcomes(people, outcomes)), nil
}

// StrikeEventAttendances handles POST /sosialisasi-events/{eventId}/attendance-strikes.
func (h Handlers) StrikeEventAttendances(ctx context.Context, in api.StrikeEventAttendancesRequestObject) (api.StrikeEventAttendancesResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	people, err := id.ParseAll(in.Body.AsnIds)
	if err != nil {
		return nil, err
	}
	outcomes, err := h.s.Strike(ctx, eid, people, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.StrikeEventAttendances200JSONResponse(toAPIOutcomes(people, outcomes)), nil
}

func toAPIOutcomes(people []id.ID, outcomes []Outcome) api.AttendanceOutcomes {
	out := api.AttendanceOutcomes{Items: make([]api.AttendanceOutcome, 0, len(people))}
	for i, p := range people {
		out.Items = append(out.Items, api.AttendanceOutcome{AsnId: p.String(), Outcome: api.AttendanceOutcomeOutcome(outcomes[i])})
	}
	return out
}

// ListEventOfficeGroups handles GET /sosialisasi-events/{eventId}/office-groups.
func (h Handlers) ListEventOfficeGroups(ctx context.Context, in api.ListEventOfficeGroupsRequestObject) (api.ListEventOfficeGroupsResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listEventOfficeGroups", eid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.OfficeGroups(ctx, eid, r)
	if err != nil {
		return nil, err
	}
	out := api.ListEventOfficeGroups200JSONResponse{Body: api.OfficeGroupList{Items: page.Map(p, toAPIGroup).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/sosialisasi-events/"+eid.String()+"/office-groups")
	return out, nil
}

// ConfirmEventOfficeGroup handles POST /sosialisasi-events/{eventId}/office-groups.
func (h Handlers) ConfirmEventOfficeGroup(ctx context.Context, in api.ConfirmEventOfficeGroupRequestObject) (api.ConfirmEventOfficeGroupResponseObject, error) {
	ids, err := id.ParseAll([]string{in.EventId, in.Body.OpdId})
	if err != nil {
		return nil, err
	}
	g := Group{OPD: ids[1], Place: wire.Value(in.Body.Place)}
	if g.Except, err = id.ParseAll(in.Body.ExceptIds); err != nil {
		return nil, err
	}
	if g, err = h.s.Confirm(ctx, ids[0], g); err != nil {
		return nil, err
	}
	return api.ConfirmEventOfficeGroup201JSONResponse{Body: toAPIGroup(g),
		Headers: api.ConfirmEventOfficeGroup201ResponseHeaders{Location: wire.Location("/sosialisasi-events/" + ids[0].String() + "/office-groups")}}, nil
}

// GetEventCoverage handles GET /sosialisasi-events/{eventId}/coverage.
func (h Handlers) GetEventCoverage(ctx context.Context, in api.GetEventCoverageRequestObject) (api.GetEventCoverageResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("getEventCoverage", eid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, total, err := h.s.Coverage(ctx, eid, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Count) api.EventUnitCount {
		return api.EventUnitCount{OpdId: c.OPD.String(), OpdName: c.OPDName, Invited: c.Invited, OnSite: c.OnSite, Online: c.Online, OfficeGroup: c.OfficeGroup,
			Represented: c.Represented, WalkIns: c.WalkIns, Excused: c.Excused, Unreached: c.Unreached}
	}).Items
	out := api.GetEventCoverage200JSONResponse{Body: api.EventCoverage{Items: items, Total: api.EventCount{Invited: total.Invited, OnSite: total.OnSite,
		Online: total.Online, OfficeGroup: total.OfficeGroup, Represented: total.Represented, WalkIns: total.WalkIns, Excused: total.Excused, Unreached: total.Unreached}}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/sosialisasi-events/"+eid.String()+"/coverage")
	return out, nil
}

// GetEventSeriesCoverage handles GET /event-series/{seriesId}/coverage.
func (h Handlers) GetEventSeriesCoverage(ctx context.Context, in api.GetEventSeriesCoverageRequestObject) (api.GetEventSeriesCoverageResponseObject, error) {
	sid, err := id.Parse(in.SeriesId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("getEventSeriesCoverage", sid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, total, err := h.s.SeriesCoverage(ctx, sid, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c SeriesCount) api.SeriesUnitCount {
		return api.SeriesUnitCount{OpdId: c.OPD.String(), OpdName: c.OPDName, InService: c.InService, Reached: c.Reached, Excused: c.Excused, Unreached: c.Unreached}
	}).Items
	out := api.GetEventSeriesCoverage200JSONResponse{Body: api.EventSeriesCoverage{Items: items,
		Total: api.SeriesCount{InService: total.InService, Reached: total.Reached, Excused: total.Excused, Unreached: total.Unreached}}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/event-series/"+sid.String()+"/coverage")
	return out, nil
}

// ListEventSeriesUnreached handles GET /event-series/{seriesId}/unreached.
func (h Handlers) ListEventSeriesUnreached(ctx context.Context, in api.ListEventSeriesUnreachedRequestObject) (api.ListEventSeriesUnreachedResponseObject, error) {
	sid, err := id.Parse(in.SeriesId)
	if err != nil {
		return nil, err
	}
	unit, err := wire.ToID(in.Params.OpdId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listEventSeriesUnreached", []any{sid, unit}, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Unreached(ctx, sid, unit, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(u Unreached) api.Unreached {
		return api.Unreached{AsnId: u.Person.String(), Name: u.Name, OpdId: u.OPD.String(), Excused: u.Excused}
	}).Items
	out := api.ListEventSeriesUnreached200JSONResponse{Body: api.UnreachedList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/event-series/"+sid.String()+"/unreached")
	return out, nil
}

// IssueEventCheckInCode handles POST /sosialisasi-events/{eventId}/check-in-codes.
func (h Handlers) IssueEventCheckInCode(ctx context.Context, in api.IssueEventCheckInCodeRequestObject) (api.IssueEventCheckInCodeResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	code, err := h.s.IssueCode(ctx, eid, Mode(in.Body.Mode))
	if err != nil {
		return nil, err
	}
	return api.IssueEventCheckInCode201JSONResponse{Body: api.CheckInCode{EventId: eid.String(), Mode: in.Body.Mode, Code: code},
		Headers: api.IssueEventCheckInCode201ResponseHeaders{Location: wire.Location("/sosialisasi-events/" + eid.String())}}, nil
}

// ListMyEvents handles GET /me/events.
func (h Handlers) ListMyEvents(ctx context.Context, in api.ListMyEventsRequestObject) (api.ListMyEventsResponseObject, error) {
	r, err := page.Read("listMyEvents", nil, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Mine(ctx, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(m Mine) api.MyEvent {
		return api.MyEvent{Event: toAPISummary(m.Event), Invited: wire.Optional(api.InvitationMode(m.Invited)), DelegateOfId: wire.ID(m.DelegateOf),
			StreamUrl: wire.Optional(m.Event.StreamURL), Attended: wire.Optional(api.AttendanceMode(m.Attended)), Proof: wire.Optional(api.AttendanceProof(m.Proof))}
	}).Items
	out := api.ListMyEvents200JSONResponse{Body: api.MyEventList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/events")
	return out, nil
}

// CheckIn handles POST /me/check-ins.
func (h Handlers) CheckIn(ctx context.Context, in api.CheckInRequestObject) (api.CheckInResponseObject, error) {
	eid, a, isNew, err := h.s.CheckIn(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	out := api.CheckIn{EventId: eid.String(), Mode: api.AttendanceMode(a.Mode), Proof: api.AttendanceProof(a.Proof), WalkIn: a.WalkIn, RecordedAt: a.At}
	if !isNew {
		return api.CheckIn200JSONResponse(out), nil
	}
	return api.CheckIn201JSONResponse{Body: out, Headers: api.CheckIn201ResponseHeaders{Location: wire.Location("/me/events")}}, nil
}

func toAPIInvitee(i Invitee) api.Invitee {
	return api.Invitee{AsnId: i.Person.String(), Name: i.Name, OpdId: i.OPD.String(), Invited: api.InvitationMode(i.Mode), DelegateId: wire.ID(i.Delegate),
		Attended: wire.Optional(api.AttendanceMode(i.Attended)), Proof: wire.Optional(api.AttendanceProof(i.Proof)), Represented: i.Represented, Excused: i.Excused}
}

func toAPIAttendance(a Attendance) api.Attendance {
	return api.Attendance{AsnId: a.Person.String(), Entry: a.Entry, Name: a.Name, OpdId: a.OPD.String(), Mode: api.AttendanceMode(a.Mode),
		Proof: api.AttendanceProof(a.Proof), ProofNote: wire.Optional(a.Note), WalkIn: a.WalkIn, DelegateOfId: wire.ID(a.DelegateOf), RecordedAt: a.At,
		RecordedLater: a.RecordedLater, Struck: a.Struck, StrikeReason: wire.Optional(a.StrikeReason)}
}

func toAPIGroup(g Group) api.OfficeGroup {
	return api.OfficeGroup{Id: g.ID.String(), OpdId: g.OPD.String(), Place: wire.Optional(g.Place), Confirmed: g.Confirmed, Excepted: g.Excepted,
		RecordedAt: g.At, RecordedLater: g.RecordedLater}
}
