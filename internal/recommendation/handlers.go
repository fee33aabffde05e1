package recommendation

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag recommendations.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListRecommendations handles GET /recommendations.
func (h Handlers) ListRecommendations(ctx context.Context, in api.ListRecommendationsRequestObject) (api.ListRecommendationsResponseObject, error) {
	f := Filter{State: State(wire.Value(in.Params.State)), Overdue: wire.Value(in.Params.Overdue), Number: wire.Value(in.Params.Number)}
	var err error
	if f.Organisation, err = wire.ToID(in.Params.OrganisationId); err != nil {
		return nil, err
	}
	r, err := page.Read("listRecommendations", f, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(x Recommendation) api.Recommendation { return toAPI(ctx, x, today) }).Items
	out := api.ListRecommendations200JSONResponse{Body: api.RecommendationList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/recommendations")
	return out, nil
}

// CreateRecommendation handles POST /recommendations.
func (h Handlers) CreateRecommendation(ctx context.Context, in api.CreateRecommendationRequestObject) (api.CreateRecommendationResponseObject, error) {
	b := *in.Body
	r := Recommendation{Number: b.Number, Issued: wire.ToDay(b.IssuedOn), Received: wire.ToDay(b.ReceivedOn)}
	var err error
	if r.Organisation, err = id.Parse(b.OrganisationId); err != nil {
		return nil, err
	}
	r.Source = Source{Number: wire.Value(b.SourceNumber), SBT: wire.Value(b.SbtNumber)}
	if r.Source.Organisation, err = wire.ToID(b.SourceOrganisationId); err != nil {
		return nil, err
	}
	for _, s := range b.Subjects {
		person, err := id.Parse(s.AsnId)
		if err != nil {
			return nil, err
		}
		r.Subjects = append(r.Subjects, Subject{ASN: person, Sanction: wire.Value(s.SanctionType), Wording: wire.Value(s.Text)})
	}
	r, today, err := h.s.Create(ctx, r, wire.ToDayPtr(b.DueOn), wire.Value(b.DueReason))
	if err != nil {
		return nil, err
	}
	out := api.CreateRecommendation201JSONResponse{Body: toAPI(ctx, r, today)}
	out.Headers.Location = wire.Location("/recommendations/" + r.ID.String())
	return out, nil
}

// GetRecommendation handles GET /recommendations/{recommendationId}.
func (h Handlers) GetRecommendation(ctx context.Context, in api.GetRecommendationRequestObject) (api.GetRecommendationResponseObject, error) {
	rid, err := id.Parse(in.RecommendationId)
	if err != nil {
		return nil, err
	}
	r, today, err := h.s.Get(ctx, rid)
	if err != nil {
		return nil, err
	}
	return api.GetRecommendation200JSONResponse{Body: toAPI(ctx, r, today), Headers: api.GetRecommendation200ResponseHeaders{ETag: wire.ETag(r.Version)}}, nil
}

// FollowUpRecommendation handles POST /recommendations/{recommendationId}/follow-ups.
func (h Handlers) FollowUpRecommendation(ctx context.Context, in api.FollowUpRecommendationRequestObject) (api.FollowUpRecommendationResponseObject, error) {
	b := *in.Body
	f := FollowUp{Kind: Interim, Wording: b.Text, Number: wire.Value(b.Number)}
	if b.Completes {
		f.Kind = Done
	}
	r, err := h.followUp(ctx, in.RecommendationId, f, wire.ToDayPtr(b.TakenOn))
	return api.FollowUpRecommendation200JSONResponse(r), err
}

// ContestRecommendation handles POST /recommendations/{recommendationId}/contestation.
func (h Handlers) ContestRecommendation(ctx context.Context, in api.ContestRecommendationRequestObject) (api.ContestRecommendationResponseObject, error) {
	b := *in.Body
	r, err := h.followUp(ctx, in.RecommendationId, FollowUp{Kind: Contest, Wording: b.Text, Number: wire.Value(b.Number)}, wire.ToDayPtr(b.TakenOn))
	return api.ContestRecommendation200JSONResponse(r), err
}

func (h Handlers) followUp(ctx context.Context, recommendationID string, f FollowUp, on *day.Day) (api.Recommendation, error) {
	rid, err := id.Parse(recommendationID)
	if err != nil {
		return api.Recommendation{}, err
	}
	if on != nil {
		f.Day = *on
	}
	r, today, err := h.s.FollowUp(ctx, rid, f)
	if err != nil {
		return api.Recommendation{}, err
	}
	return toAPI(ctx, r, today), nil
}

// MoveRecommendationDue handles POST /recommendations/{recommendationId}/due-day.
func (h Handlers) MoveRecommendationDue(ctx context.Context, in api.MoveRecommendationDueRequestObject) (api.MoveRecommendationDueResponseObject, error) {
	rid, err := id.Parse(in.RecommendationId)
	if err != nil {
		return nil, err
	}
	r, today, err := h.s.MoveDue(ctx, rid, wire.ToDay(in.Body.DueOn), wire.Value(in.Body.DueReason))
	if err != nil {
		return nil, err
	}
	return api.MoveRecommendationDue200JSONResponse(toAPI(ctx, r, today)), nil
}

func toAPI(ctx context.Context, r Recommendation, today day.Day) api.Recommendation {
	s, _ := authz.From(ctx)
	out := api.Recommendation{Id: r.ID.String(), OrganisationId: r.Organisation.String(), Number: r.Number, IssuedOn: wire.Day(r.Issued),
		ReceivedOn: wire.Day(r.Received), State: api.RecommendationState(r.State), ClosedOn: wire.DayPtr(r.Closed),
		Due: api.RecommendationDue{Day: wire.Day(r.Due.On), ComputedOn: wire.Day(r.Due.Computed), Rule: r.Due.Rule,
			Confidence: api.RecommendationDueConfidence(r.Due.Confidence), Reason: wire.Optional(r.Due.Reason)},
		SourceOrganisationId: wire.ID(r.Source.Organisation), SourceNumber: wire.Optional(r.Source.Number), SbtNumber: wire.Optional(r.Source.SBT),
		MandateId: wire.ID(r.Mandate), AgeDays: int32(r.age(today)), Overdue: r.overdue(today), Subjects: []api.RecommendationSubject{},
		FollowUps: []api.RecommendationFollowUp{}, CaseIds: []string{}, RecordedLater: r.RecordedLater, Version: r.Version,
		AllowedSteps: r.steps(s.May("recommendation.write"))}
	for _, x := range r.Subjects {
		out.Subjects = append(out.Subjects, api.RecommendationSubject{AsnId: x.ASN.String(), SanctionType: wire.Optional(x.Sanction), Text: wire.Optional(x.Wording)})
	}
	for _, f := range r.FollowUps {
		out.FollowUps = append(out.FollowUps, api.RecommendationFollowUp{Sequence: f.No, Kind: api.RecommendationFollowUpKind(f.Kind), Text: f.Wording,
			Number: wire.Optional(f.Number), TakenOn: wire.Day(f.Day), CaseId: wire.ID(f.Case), RecordedLater: f.RecordedLater})
	}
	for _, c := range r.Cases {
		out.CaseIds = append(out.CaseIds, c.String())
	}
	return out
}
