package sanction

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag sanctions.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListSanctions handles GET /sanctions.
func (h Handlers) ListSanctions(ctx context.Context, in api.ListSanctionsRequestObject) (api.ListSanctionsResponseObject, error) {
	p := in.Params
	f := Filter{State: State(wire.Value(p.State)), Kind: wire.Value(p.SanctionType)}
	var err error
	if f.Subject, err = wire.ToID(p.SubjectId); err != nil {
		return nil, err
	}
	if f.Case, err = wire.ToID(p.CaseId); err != nil {
		return nil, err
	}
	r, err := page.Read("listSanctions", f, p.Limit, p.Cursor, 2)
	if err != nil {
		return nil, err
	}
	found, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListSanctions200JSONResponse{Body: api.SanctionList{Items: page.Map(found, toAPI).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(found, "/sanctions")
	return out, nil
}

// ImposeSanction handles POST /sanctions.
func (h Handlers) ImposeSanction(ctx context.Context, in api.ImposeSanctionRequestObject) (api.ImposeSanctionResponseObject, error) {
	b := in.Body
	cid, err := id.Parse(b.CaseId)
	if err != nil {
		return nil, err
	}
	by, err := casefile.FromAPISignatory(b.Signatory)
	if err != nil {
		return nil, err
	}
	f, err := h.s.Impose(ctx, Imposition{Case: cid, EffectiveRule: wire.Value(b.EffectiveRule), Letter: casefile.Letter{Number: b.DecisionNumber,
		DecidedOn: wire.ToDay(b.DecidedOn), LegalBasis: b.LegalBasis, Signatory: by, Reason: wire.Value(b.Reason), SanctionType: b.SanctionType}})
	if err != nil {
		return nil, err
	}
	out := api.ImposeSanction201JSONResponse{Body: toAPI(f)}
	out.Headers.Location = wire.Location("/sanctions/" + f.ID.String())
	return out, nil
}

// answer reads the sanction's id, lets f act on it and gives it for the wire.
func answer(raw string, f func(sid id.ID) (File, error)) (api.Sanction, *string, error) {
	sid, err := id.Parse(raw)
	if err != nil {
		return api.Sanction{}, nil, err
	}
	file, err := f(sid)
	if err != nil {
		return api.Sanction{}, nil, err
	}
	return toAPI(file), wire.ETag(file.Version), nil
}

// GetSanction handles GET /sanctions/{sanctionId}.
func (h Handlers) GetSanction(ctx context.Context, in api.GetSanctionRequestObject) (api.GetSanctionResponseObject, error) {
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) { return h.s.Get(ctx, sid) })
	if err != nil {
		return nil, err
	}
	return api.GetSanction200JSONResponse{Body: s, Headers: api.GetSanction200ResponseHeaders{ETag: tag}}, nil
}

// DeliverSanction handles POST /sanctions/{sanctionId}/delivery.
func (h Handlers) DeliverSanction(ctx context.Context, in api.DeliverSanctionRequestObject) (api.DeliverSanctionResponseObject, error) {
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.Deliver(ctx, sid, string(in.Body.DeliveryKind), wire.ToDay(in.Body.ReceivedOn))
	})
	if err != nil {
		return nil, err
	}
	return api.DeliverSanction200JSONResponse{Body: s, Headers: api.DeliverSanction200ResponseHeaders{ETag: tag}}, nil
}

// PutSanctionIntoEffect handles POST /sanctions/{sanctionId}/effect.
func (h Handlers) PutSanctionIntoEffect(ctx context.Context, in api.PutSanctionIntoEffectRequestObject) (api.PutSanctionIntoEffectResponseObject, error) {
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.PutIntoEffect(ctx, sid, wire.ToDayPtr(in.Body.EffectiveOn), wire.Value(in.Body.Reason))
	})
	if err != nil {
		return nil, err
	}
	return api.PutSanctionIntoEffect200JSONResponse{Body: s, Headers: api.PutSanctionIntoEffect200ResponseHeaders{ETag: tag}}, nil
}

// ContestSanction handles POST /sanctions/{sanctionId}/contests.
func (h Handlers) ContestSanction(ctx context.Context, in api.ContestSanctionRequestObject) (api.ContestSanctionResponseObject, error) {
	b := in.Body
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.Contest(ctx, sid, Contest{Kind: string(b.Kind), FiledOn: wire.ToDay(b.FiledOn), Number: wire.Value(b.Number)})
	})
	if err != nil {
		return nil, err
	}
	return api.ContestSanction200JSONResponse{Body: s, Headers: api.ContestSanction200ResponseHeaders{ETag: tag}}, nil
}

// DecideSanctionContest handles POST /sanctions/{sanctionId}/contest-decision.
func (h Handlers) DecideSanctionContest(ctx context.Context, in api.DecideSanctionContestRequestObject) (api.DecideSanctionContestResponseObject, error) {
	b := in.Body
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.DecideContest(ctx, sid, Ruling{Outcome: string(b.Outcome), DecidedOn: wire.ToDay(b.DecidedOn), DecidedBy: b.DecidedBy,
			DecisionNumber: b.DecisionNumber, Kind: wire.Value(b.SanctionType), ReceivedOn: wire.ToDayPtr(b.ReceivedOn)})
	})
	if err != nil {
		return nil, err
	}
	return api.DecideSanctionContest200JSONResponse{Body: s, Headers: api.DecideSanctionContest200ResponseHeaders{ETag: tag}}, nil
}

// ExecuteSanction handles POST /sanctions/{sanctionId}/execution.
func (h Handlers) ExecuteSanction(ctx context.Context, in api.ExecuteSanctionRequestObject) (api.ExecuteSanctionResponseObject, error) {
	b := in.Body
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.Execute(ctx, sid, Execution{On: wire.ToDay(b.ExecutedOn), By: b.ExecutedBy, Proof: b.Proof})
	})
	if err != nil {
		return nil, err
	}
	return api.ExecuteSanction200JSONResponse{Body: s, Headers: api.ExecuteSanction200ResponseHeaders{ETag: tag}}, nil
}

// CompleteSanction handles POST /sanctions/{sanctionId}/completion.
func (h Handlers) CompleteSanction(ctx context.Context, in api.CompleteSanctionRequestObject) (api.CompleteSanctionResponseObject, error) {
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) { return h.s.Complete(ctx, sid, wire.ToDay(in.Body.CompletedOn)) })
	if err != nil {
		return nil, err
	}
	return api.CompleteSanction200JSONResponse{Body: s, Headers: api.CompleteSanction200ResponseHeaders{ETag: tag}}, nil
}

// RecordSanctionNationally handles POST /sanctions/{sanctionId}/national-record.
func (h Handlers) RecordSanctionNationally(ctx context.Context, in api.RecordSanctionNationallyRequestObject) (api.RecordSanctionNationallyResponseObject, error) {
	b := in.Body
	s, tag, err := answer(in.SanctionId, func(sid id.ID) (File, error) {
		return h.s.RecordNationally(ctx, sid, NationalRecord{On: wire.ToDay(b.RecordedOn), IDISNumber: wire.Value(b.IdisNumber), SIASNNumber: wire.Value(b.SiasnNumber)})
	})
	if err != nil {
		return nil, err
	}
	return api.RecordSanctionNationally200JSONResponse{Body: s, Headers: api.RecordSanctionNationally200ResponseHeaders{ETag: tag}}, nil
}

func toAPI(f File) api.Sanction {
	s := f.Sanction
	out := api.Sanction{Id: s.ID.String(), CaseId: s.Case.String(), CaseNumber: f.Of.Number, SubjectId: s.Subject.String(), SubjectName: f.Of.ActPost.Name,
		SanctionType: s.Kind, Class: s.Class, Level: s.Level, DurationMonths: s.DurationMonths, State: api.SanctionState(s.State), LegalBasis: s.LegalBasis,
		DecisionNumber: s.DecisionNumber, DecidedOn: wire.Day(s.DecidedOn), SignatoryTitle: s.SignatoryTitle, EffectiveRule: s.EffectiveRule,
		DeliveryKind: wire.Optional(api.SanctionDeliveryKind(s.DeliveryKind)), ReceivedOn: wire.DayPtr(s.ReceivedOn),
		ComputedEffectiveOn: wire.DayPtr(s.ComputedEffectiveOn), EffectiveOn: wire.DayPtr(s.EffectiveOn), EffectiveOverrideReason: wire.Optional(s.OverrideReason),
		ExecutedOn: wire.DayPtr(s.ExecutedOn), ExecutedBy: wire.Optional(s.ExecutedBy), ExecutionProof: wire.Optional(s.ExecutionProof),
		EndsOn: wire.DayPtr(s.EndsOn), CompletedOn: wire.DayPtr(s.CompletedOn), NationalRecordOn: wire.DayPtr(s.NationalRecordOn),
		IdisNumber: wire.Optional(s.IDISNumber), SiasnNumber: wire.Optional(s.SIASNNumber), Contests: make([]api.SanctionContest, 0, len(f.Contests)),
		RecordedLater: s.RecordedLater, Version: s.Version, AllowedSteps: f.Steps}
	for _, c := range f.Contests {
		out.Contests = append(out.Contests, toAPIContest(c))
	}
	if s.Counted != nil {
		out.EffectiveCount = toAPICount(*s.Counted)
	}
	return out
}

func toAPIContest(c Contest) api.SanctionContest {
	return api.SanctionContest{Id: c.ID.String(), Kind: api.SanctionContestKind(c.Kind), FiledOn: wire.Day(c.FiledOn), Number: wire.Optional(c.Number), Late: c.Late,
		Outcome: wire.Optional(api.SanctionContestOutcome(c.Outcome)), DecidedOn: wire.DayPtr(c.DecidedOn), DecidedBy: wire.Optional(c.DecidedBy),
		DecisionNumber: wire.Optional(c.DecisionNumber), OldSanctionType: wire.Optional(c.OldKind), NewSanctionType: wire.Optional(c.NewKind), RecordedLater: c.RecordedLater}
}

func toAPICount(c Counted) *api.SanctionCount {
	out := api.SanctionCount{Rule: c.Rule, LegalBasis: c.LegalBasis, Confidence: string(c.Confidence), Unit: string(c.Unit), Amount: int32(c.Amount),
		From: wire.Day(c.From), Day: wire.Day(c.Day), Skipped: make([]api.CaseSkippedDay, 0, len(c.Skipped))}
	for _, s := range c.Skipped {
		out.Skipped = append(out.Skipped, api.CaseSkippedDay{Day: wire.Day(s.Day), Reason: s.Reason, Holiday: wire.Optional(s.Holiday)})
	}
	if c.Disputed {
		out.Disputed = &c.Disputed
	}
	if len(c.Unknown) > 0 {
		years := make([]int32, 0, len(c.Unknown))
		for _, y := range c.Unknown {
			years = append(years, int32(y))
		}
		out.YearsWithoutHolidays = &years
	}
	return &out
}
