package event

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag events.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListEventSeries handles GET /event-series.
func (h Handlers) ListEventSeries(ctx context.Context, in api.ListEventSeriesRequestObject) (api.ListEventSeriesResponseObject, error) {
	r, err := page.Read("listEventSeries", nil, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListSeries(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListEventSeries200JSONResponse{Body: api.EventSeriesList{Items: page.Map(p, toAPISeries).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/event-series")
	return out, nil
}

// CreateEventSeries handles POST /event-series.
func (h Handlers) CreateEventSeries(ctx context.Context, in api.CreateEventSeriesRequestObject) (api.CreateEventSeriesResponseObject, error) {
	election, err := wire.ToID(in.Body.ElectionId)
	if err != nil {
		return nil, err
	}
	x, err := h.s.CreateSeries(ctx, Series{Name: in.Body.Name, Election: election})
	if err != nil {
		return nil, err
	}
	return api.CreateEventSeries201JSONResponse{Body: toAPISeries(x),
		Headers: api.CreateEventSeries201ResponseHeaders{Location: wire.Location("/event-series/" + x.ID.String())}}, nil
}

// GetEventSeries handles GET /event-series/{seriesId}.
func (h Handlers) GetEventSeries(ctx context.Context, in api.GetEventSeriesRequestObject) (api.GetEventSeriesResponseObject, error) {
	sid, err := id.Parse(in.SeriesId)
	if err != nil {
		return nil, err
	}
	x, err := h.s.GetSeries(ctx, sid)
	if err != nil {
		return nil, err
	}
	return api.GetEventSeries200JSONResponse{Body: toAPISeries(x), Headers: api.GetEventSeries200ResponseHeaders{ETag: wire.ETag(x.Version)}}, nil
}

// ListEvents handles GET /sosialisasi-events.
func (h Handlers) ListEvents(ctx context.Context, in api.ListEventsRequestObject) (api.ListEventsResponseObject, error) {
	q := in.Params
	f := Filter{Kind: Kind(wire.Value(q.Kind)), State: State(wire.Value(q.State)), From: wire.ToDayPtr(q.From), Until: wire.ToDayPtr(q.Until)}
	var err error
	if f.Series, err = wire.ToID(q.SeriesId); err != nil {
		return nil, err
	}
	r, err := page.Read("listEvents", f, q.Limit, q.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListEvents200JSONResponse{Body: api.EventList{Items: page.Map(p, toAPISummary).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/sosialisasi-events")
	return out, nil
}

// CreateEvent handles POST /sosialisasi-events.
func (h Handlers) CreateEvent(ctx context.Context, in api.CreateEventRequestObject) (api.CreateEventResponseObject, error) {
	b := in.Body
	e := Event{Round: wire.Value(b.Round), Kind: Kind(b.Kind), Title: b.Title, Mode: Mode(b.Mode), StreamURL: wire.Value(b.StreamUrl), Starts: b.StartsAt, Ends: b.EndsAt,
		Agenda: fromList(b.Agenda, fromAPIAgenda), Speakers: fromList(b.Speakers, fromAPISpeaker), Materials: fromList(b.Materials, fromAPIMaterial),
		Guests: fromList(b.Guests, fromAPIGuest)}
	if b.Venue != nil {
		e.Venue = fromAPIVenue(*b.Venue)
	}
	var err error
	if e.Series, err = wire.ToID(b.SeriesId); err != nil {
		return nil, err
	}
	if e.Opening, err = fromAPIOpening(b.Opening); err != nil {
		return nil, err
	}
	if e, err = h.s.Create(ctx, e); err != nil {
		return nil, err
	}
	return api.CreateEvent201JSONResponse{Body: toAPI(ctx, e),
		Headers: api.CreateEvent201ResponseHeaders{Location: wire.Location("/sosialisasi-events/" + e.ID.String())}}, nil
}

// GetEvent handles GET /sosialisasi-events/{eventId}.
func (h Handlers) GetEvent(ctx context.Context, in api.GetEventRequestObject) (api.GetEventResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Get(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.GetEvent200JSONResponse{Body: toAPI(ctx, e), Headers: api.GetEvent200ResponseHeaders{ETag: wire.ETag(e.Version)}}, nil
}

// UpdateEvent handles PATCH /sosialisasi-events/{eventId}.
func (h Handlers) UpdateEvent(ctx context.Context, in api.UpdateEventRequestObject) (api.UpdateEventResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := Change{Title: b.Title, Mode: (*Mode)(b.Mode), StreamURL: b.StreamUrl, Starts: b.StartsAt, Ends: b.EndsAt, Agenda: patchList(b.Agenda, fromAPIAgenda),
		Speakers: patchList(b.Speakers, fromAPISpeaker), Materials: patchList(b.Materials, fromAPIMaterial), Guests: patchList(b.Guests, fromAPIGuest),
		Reason: wire.Value(b.MoveReason)}
	if b.Venue != nil {
		v := fromAPIVenue(*b.Venue)
		c.Venue = &v
	}
	if c.Opening, err = fromAPIOpening(b.Opening); err != nil {
		return nil, err
	}
	e, err := h.s.Update(ctx, eid, c)
	if err != nil {
		return nil, err
	}
	return api.UpdateEvent200JSONResponse{Body: toAPI(ctx, e), Headers: api.UpdateEvent200ResponseHeaders{ETag: wire.ETag(e.Version)}}, nil
}

// SetEventInvitations handles POST /sosialisasi-events/{eventId}/invitations.
func (h Handlers) SetEventInvitations(ctx context.Context, in api.SetEventInvitationsRequestObject) (api.SetEventInvitationsResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	rules := make([]Invitation, 0, len(in.Body.Rules))
	for _, r := range in.Body.Rules {
		people, err := asn.RuleFromAPI(r.People)
		if err != nil {
			return nil, err
		}
		rules = append(rules, Invitation{Mode: Mode(r.Mode), People: people, UnreachedOnly: wire.Value(r.UnreachedOnly)})
	}
	e, err := h.s.Invite(ctx, eid, rules)
	return api.SetEventInvitations200JSONResponse(toAPI(ctx, e)), err
}

// PublishEvent handles POST /sosialisasi-events/{eventId}/publication.
func (h Handlers) PublishEvent(ctx context.Context, in api.PublishEventRequestObject) (api.PublishEventResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Publish(ctx, eid)
	return api.PublishEvent200JSONResponse(toAPI(ctx, e)), err
}

// HoldEvent handles POST /sosialisasi-events/{eventId}/holding.
func (h Handlers) HoldEvent(ctx context.Context, in api.HoldEventRequestObject) (api.HoldEventResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Hold(ctx, eid, patchList(in.Body.Guests, fromAPIGuest))
	return api.HoldEvent200JSONResponse(toAPI(ctx, e)), err
}

// CancelEvent handles POST /sosialisasi-events/{eventId}/cancellation.
func (h Handlers) CancelEvent(ctx context.Context, in api.CancelEventRequestObject) (api.CancelEventResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Cancel(ctx, eid, in.Body.Reason)
	return api.CancelEvent200JSONResponse(toAPI(ctx, e)), err
}

// RecordEventMinutes handles POST /sosialisasi-events/{eventId}/minutes.
func (h Handlers) RecordEventMinutes(ctx context.Context, in api.RecordEventMinutesRequestObject) (api.RecordEventMinutesResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.RecordMinutes(ctx, eid, in.Body.Text)
	return api.RecordEventMinutes200JSONResponse(toAPI(ctx, e)), err
}

// ListEventActionPoints handles GET /sosialisasi-events/{eventId}/action-points.
func (h Handlers) ListEventActionPoints(ctx context.Context, in api.ListEventActionPointsRequestObject) (api.ListEventActionPointsResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	points, err := h.s.ActionPoints(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.ListEventActionPoints200JSONResponse{Items: wire.Each(points, toAPIPoint)}, nil
}

// AddEventActionPoint handles POST /sosialisasi-events/{eventId}/action-points.
func (h Handlers) AddEventActionPoint(ctx context.Context, in api.AddEventActionPointRequestObject) (api.AddEventActionPointResponseObject, error) {
	eid, err := id.Parse(in.EventId)
	if err != nil {
		return nil, err
	}
	p := ActionPoint{Event: eid, Text: in.Body.Text, Owner: in.Body.Owner, Due: wire.ToDayPtr(in.Body.DueOn)}
	if p.OwnerOPD, err = wire.ToID(in.Body.OwnerOpdId); err != nil {
		return nil, err
	}
	if p, err = h.s.AddActionPoint(ctx, p); err != nil {
		return nil, err
	}
	return api.AddEventActionPoint201JSONResponse{Body: toAPIPoint(p),
		Headers: api.AddEventActionPoint201ResponseHeaders{Location: wire.Location("/sosialisasi-events/" + eid.String() + "/action-points")}}, nil
}

// CompleteEventActionPoint handles POST /sosialisasi-events/{eventId}/action-points/{actionPointId}/completion.
func (h Handlers) CompleteEventActionPoint(ctx context.Context, in api.CompleteEventActionPointRequestObject) (api.CompleteEventActionPointResponseObject, error) {
	ids, err := id.ParseAll([]string{in.EventId, in.ActionPointId})
	if err != nil {
		return nil, err
	}
	p, err := h.s.CompleteActionPoint(ctx, ids[0], ids[1], wire.ToDay(in.Body.DoneOn), wire.Value(in.Body.Result))
	return api.CompleteEventActionPoint200JSONResponse(toAPIPoint(p)), err
}

// fromList reads a list that may be missing.
func fromList[A, T any](in *[]A, f func(A) T) []T { return wire.Each(wire.Value(in), f) }

// patchList reads a list of a patch, where missing means unchanged.
func patchList[A, T any](in *[]A, f func(A) T) *[]T {
	if in == nil {
		return nil
	}
	out := wire.Each(*in, f)
	return &out
}

func fromAPIVenue(v api.EventVenue) Venue {
	return Venue{Name: v.Name, Address: wire.Value(v.Address), Capacity: wire.Value(v.Capacity)}
}

func fromAPIAgenda(a api.AgendaItem) AgendaItem {
	if a.StartsAt != nil {
		utc := a.StartsAt.UTC()
		a.StartsAt = &utc
	}
	return AgendaItem{Starts: a.StartsAt, Title: a.Title}
}

func fromAPISpeaker(s api.Speaker) Speaker {
	return Speaker{Name: s.Name, Title: wire.Value(s.Title), Institution: s.Institution, Topic: wire.Value(s.Topic)}
}

func fromAPIMaterial(m api.EventMaterial) Material {
	return Material{Title: m.Title, Topic: wire.Value(m.Topic), URL: wire.Value(m.Url), LegalSources: wire.Value(m.LegalSourceCodes)}
}

func fromAPIGuest(g api.EventGuest) Guest {
	return Guest{Name: g.Name, Title: wire.Value(g.Title), Institution: g.Institution, Kind: string(g.Kind), Represents: wire.Value(g.Represents), Attended: g.Attended}
}

func fromAPIOpening(o *api.EventOpeningInput) (*Opening, error) {
	if o == nil {
		return nil, nil
	}
	m, err := wire.ToID(o.MandateId)
	return &Opening{Office: government.Office(o.Office), Mandate: m}, err
}

func toAPISeries(s Series) api.EventSeries {
	return api.EventSeries{Id: s.ID.String(), Name: s.Name, ElectionId: wire.ID(s.Election), Version: s.Version}
}

// optional gives nil for a number that is not known.
func optional(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}

func toAPISummary(e Event) api.EventSummary {
	return api.EventSummary{Id: e.ID.String(), SeriesId: wire.ID(e.Series), Round: optional(e.Round), Kind: api.EventKind(e.Kind), Title: e.Title,
		Mode: api.EventMode(e.Mode), VenueName: wire.Optional(e.Venue.Name), StartsAt: e.Starts, EndsAt: e.Ends, LegalDay: wire.Day(e.Day),
		State: api.EventState(e.State), RecordedLater: e.RecordedLater, Version: e.Version}
}

func toAPI(ctx context.Context, e Event) api.Event {
	scope, _ := authz.From(ctx)
	out := api.Event{Id: e.ID.String(), SeriesId: wire.ID(e.Series), Round: optional(e.Round), Kind: api.EventKind(e.Kind), Title: e.Title,
		Mode: api.EventMode(e.Mode), StreamUrl: wire.Optional(e.StreamURL), StartsAt: e.Starts, EndsAt: e.Ends, LegalDay: wire.Day(e.Day),
		Agenda:   wire.Each(e.Agenda, func(a AgendaItem) api.AgendaItem { return api.AgendaItem{StartsAt: a.Starts, Title: a.Title} }),
		Speakers: wire.Each(e.Speakers, toAPISpeaker), Materials: wire.Each(e.Materials, toAPIMaterial), Guests: wire.Each(e.Guests, toAPIGuest),
		Invitations: wire.Each(e.Invitations, toAPIInvitation), Moves: wire.Each(e.Moves, toAPIMove), State: api.EventState(e.State),
		CancelReason: wire.Optional(e.CancelReason), Minutes: wire.Optional(e.Minutes), RecordedLater: e.RecordedLater, Version: e.Version,
		AllowedSteps: e.steps(scope.May("event.write"), scope.May("event.record"))}
	if e.State != Draft {
		out.Invited = &e.Invited
	}
	if e.Venue.Name != "" {
		out.Venue = &api.EventVenue{Name: e.Venue.Name, Address: wire.Optional(e.Venue.Address), Capacity: optional(e.Venue.Capacity)}
	}
	if o := e.Opening; o != nil && o.Mandate != nil {
		out.Opening = &api.EventOpening{Office: api.MandateOffice(o.Office), MandateId: o.Mandate.String(), Title: o.Title, Name: o.Name}
	}
	return out
}

func toAPISpeaker(s Speaker) api.Speaker {
	return api.Speaker{Name: s.Name, Title: wire.Optional(s.Title), Institution: s.Institution, Topic: wire.Optional(s.Topic)}
}

func toAPIMaterial(m Material) api.EventMaterial {
	out := api.EventMaterial{Title: m.Title, Topic: wire.Optional(m.Topic), Url: wire.Optional(m.URL)}
	if len(m.LegalSources) > 0 {
		out.LegalSourceCodes = &m.LegalSources
	}
	return out
}

func toAPIGuest(g Guest) api.EventGuest {
	return api.EventGuest{Name: g.Name, Title: wire.Optional(g.Title), Institution: g.Institution, Kind: api.EventGuestKind(g.Kind),
		Represents: wire.Optional(g.Represents), Attended: g.Attended}
}

func toAPIInvitation(i Invitation) api.InvitationRule {
	out := api.InvitationRule{Mode: api.InvitationMode(i.Mode), People: asn.RuleToAPI(i.People)}
	if i.UnreachedOnly {
		out.UnreachedOnly = &i.UnreachedOnly
	}
	return out
}

func toAPIMove(m Move) api.EventMove {
	return api.EventMove{MovedAt: m.At, StartsAt: m.Starts, EndsAt: m.Ends, VenueName: wire.Optional(m.VenueName), Reason: m.Reason}
}

func toAPIPoint(p ActionPoint) api.ActionPoint {
	return api.ActionPoint{Id: p.ID.String(), Text: p.Text, Owner: p.Owner, OwnerOpdId: wire.ID(p.OwnerOPD), DueOn: wire.DayPtr(p.Due), Done: p.Done != nil,
		DoneOn: wire.DayPtr(p.Done), Result: wire.Optional(p.Result), Version: p.Version}
}
