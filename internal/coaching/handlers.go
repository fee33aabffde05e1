package coaching

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag coachings.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListCoachings handles GET /coachings.
func (h Handlers) ListCoachings(ctx context.Context, in api.ListCoachingsRequestObject) (api.ListCoachingsResponseObject, error) {
	q := in.Params
	f := Filter{Kind: Kind(wire.Value(q.Kind)), State: State(wire.Value(q.State)), FollowUpUntil: wire.ToDayPtr(q.FollowUpUntil), WithExpired: wire.Value(q.WithExpired)}
	var err error
	if f.Person, err = wire.ToID(q.AsnId); err != nil {
		return nil, err
	}
	if f.OPD, err = wire.ToID(q.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listCoachings", f, q.Limit, q.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Coaching) api.CoachingSummary { return toAPISummary(c, today) }).Items
	out := api.ListCoachings200JSONResponse{Body: api.CoachingList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/coachings")
	return out, nil
}

// CreateCoaching handles POST /coachings.
func (h Handlers) CreateCoaching(ctx context.Context, in api.CreateCoachingRequestObject) (api.CreateCoachingResponseObject, error) {
	c, err := fromAPI(*in.Body)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.Create(ctx, c)
	if err != nil {
		return nil, err
	}
	return api.CreateCoaching201JSONResponse{Body: toAPI(ctx, c, today),
		Headers: api.CreateCoaching201ResponseHeaders{Location: wire.Location("/coachings/" + c.ID.String())}}, nil
}

// GetCoaching handles GET /coachings/{coachingId}.
func (h Handlers) GetCoaching(ctx context.Context, in api.GetCoachingRequestObject) (api.GetCoachingResponseObject, error) {
	cid, err := id.Parse(in.CoachingId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.Get(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.GetCoaching200JSONResponse{Body: toAPI(ctx, c, today), Headers: api.GetCoaching200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// AddCoachingFollowUp handles POST /coachings/{coachingId}/follow-ups.
func (h Handlers) AddCoachingFollowUp(ctx context.Context, in api.AddCoachingFollowUpRequestObject) (api.AddCoachingFollowUpResponseObject, error) {
	cid, err := id.Parse(in.CoachingId)
	if err != nil {
		return nil, err
	}
	f := FollowUp{Held: wire.ToDay(in.Body.HeldOn), Note: in.Body.Note}
	c, today, err := h.s.FollowUp(ctx, cid, f, wire.ToDayPtr(in.Body.NextFollowUpOn))
	return api.AddCoachingFollowUp200JSONResponse(toAPI(ctx, c, today)), err
}

// CloseCoaching handles POST /coachings/{coachingId}/closing.
func (h Handlers) CloseCoaching(ctx context.Context, in api.CloseCoachingRequestObject) (api.CloseCoachingResponseObject, error) {
	cid, err := id.Parse(in.CoachingId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.Close(ctx, cid, wire.ToDay(in.Body.ClosedOn), in.Body.Outcome)
	return api.CloseCoaching200JSONResponse(toAPI(ctx, c, today)), err
}

// ListMyCoachings handles GET /me/coachings.
func (h Handlers) ListMyCoachings(ctx context.Context, in api.ListMyCoachingsRequestObject) (api.ListMyCoachingsResponseObject, error) {
	r, err := page.Read("listMyCoachings", nil, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Mine(ctx, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Coaching) api.MyCoaching { return toAPIMine(c, today) }).Items
	out := api.ListMyCoachings200JSONResponse{Body: api.MyCoachingList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/coachings")
	return out, nil
}

// AnswerMyCoaching handles POST /me/coachings/{coachingId}/answer.
func (h Handlers) AnswerMyCoaching(ctx context.Context, in api.AnswerMyCoachingRequestObject) (api.AnswerMyCoachingResponseObject, error) {
	cid, err := id.Parse(in.CoachingId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.Answer(ctx, cid, in.Body.Text)
	return api.AnswerMyCoaching200JSONResponse(toAPIMine(c, today)), err
}

func fromAPI(b api.CoachingInput) (Coaching, error) {
	c := Coaching{Kind: Kind(b.Kind), Held: wire.ToDay(b.HeldOn), ViolationType: wire.Value(b.ViolationType), FollowUp: wire.ToDayPtr(b.FollowUpOn),
		Words: Words{Topic: b.Topic, Note: b.Note}}
	if b.Handover != nil {
		c.HandedOver, c.Words.HandoverReason = &b.Handover.Decision, wire.Value(b.Handover.Reason)
	}
	person, err := wire.ToID(b.AsnId)
	if err != nil {
		return c, err
	}
	unit, err := wire.ToID(b.OpdId)
	if err != nil {
		return c, err
	}
	if person != nil {
		c = AboutPerson(*person, c)
	}
	if unit != nil {
		c = AboutUnit(*unit, c)
	}
	return c, nil
}

func toAPISummary(c Coaching, today day.Day) api.CoachingSummary {
	return api.CoachingSummary{Id: c.ID.String(), Kind: api.CoachingKind(c.Kind), AsnId: wire.ID(c.Person), OpdId: c.OPD.String(), HeldOn: wire.Day(c.Held),
		ViolationType: wire.Optional(c.ViolationType), HandedOver: c.HandedOver, FollowUpOn: wire.DayPtr(c.FollowUp), ExpiresOn: wire.Day(c.Expires),
		Expired: c.Expired(today), State: api.CoachingState(c.State), Answered: c.AnsweredOn != nil, RecordedLater: c.RecordedLater, Version: c.Version}
}

func toAPI(ctx context.Context, c Coaching, today day.Day) api.Coaching {
	scope, _ := authz.From(ctx)
	m := toAPIMine(c, today)
	return api.Coaching{Id: m.Id, Kind: m.Kind, AsnId: wire.ID(c.Person), OpdId: c.OPD.String(), HeldOn: m.HeldOn, Topic: m.Topic, Note: m.Note,
		ViolationType: m.ViolationType, Handover: m.Handover, FollowUpOn: m.FollowUpOn, ExpiresOn: m.ExpiresOn, Expired: m.Expired, State: m.State,
		ClosedOn: m.ClosedOn, Outcome: m.Outcome, FollowUps: m.FollowUps, Answer: m.Answer, RecordedLater: c.RecordedLater, Version: c.Version,
		AllowedSteps: c.steps(scope.May("coaching.write"))}
}

// toAPIMine is the entry as the person sees it.
func toAPIMine(c Coaching, today day.Day) api.MyCoaching {
	out := api.MyCoaching{Id: c.ID.String(), Kind: api.CoachingKind(c.Kind), HeldOn: wire.Day(c.Held), Topic: c.Words.Topic, Note: c.Words.Note,
		ViolationType: wire.Optional(c.ViolationType), FollowUpOn: wire.DayPtr(c.FollowUp), ExpiresOn: wire.Day(c.Expires), Expired: c.Expired(today),
		State: api.CoachingState(c.State), ClosedOn: wire.DayPtr(c.ClosedOn), Outcome: wire.Optional(c.Words.Outcome),
		FollowUps: make([]api.CoachingFollowUp, 0, len(c.FollowUps)), AllowedSteps: c.ownSteps(today)}
	if c.HandedOver != nil {
		out.Handover = &api.CoachingHandover{Decision: *c.HandedOver, Reason: wire.Optional(c.Words.HandoverReason)}
	}
	for _, f := range c.FollowUps {
		out.FollowUps = append(out.FollowUps, api.CoachingFollowUp{HeldOn: wire.Day(f.Held), Note: f.Note, RecordedLater: &f.RecordedLater})
	}
	if c.AnsweredOn != nil {
		out.Answer = &api.CoachingAnswer{Text: c.Words.Answer, AnsweredOn: wire.Day(*c.AnsweredOn)}
	}
	return out
}
