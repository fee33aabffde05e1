package casefile

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/deadline"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag cases.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListCases handles GET /cases.
func (h Handlers) ListCases(ctx context.Context, in api.ListCasesRequestObject) (api.ListCasesResponseObject, error) {
	p := in.Params
	f := Filter{State: State(wire.Value(p.State)), Track: string(wire.Value(p.Track)), Open: p.Open, Number: wire.Value(p.Number)}
	for to, from := range map[**id.ID]*string{&f.OPD: p.OpdId, &f.Subject: p.SubjectId, &f.Handler: p.HandlerAccountId} {
		v, err := wire.ToID(from)
		if err != nil {
			return nil, err
		}
		*to = v
	}
	r, err := page.Read("listCases", f, p.Limit, p.Cursor, 2)
	if err != nil {
		return nil, err
	}
	found, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListCases200JSONResponse{Body: api.CaseSummaryList{Items: page.Map(found, toAPISummary).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(found, "/cases")
	return out, nil
}

// OpenCases handles POST /cases.
func (h Handlers) OpenCases(ctx context.Context, in api.OpenCasesRequestObject) (api.OpenCasesResponseObject, error) {
	o, err := fromAPIOpening(*in.Body)
	if err != nil {
		return nil, err
	}
	files, err := h.s.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	out := api.OpenCases201JSONResponse{Body: api.CaseList{Items: make([]api.Case, 0, len(files))}}
	for _, f := range files {
		out.Body.Items = append(out.Body.Items, toAPI(ctx, f))
	}
	out.Headers.Location = wire.Location("/cases/" + files[0].ID.String())
	return out, nil
}

// GetCase handles GET /cases/{caseId}.
func (h Handlers) GetCase(ctx context.Context, in api.GetCaseRequestObject) (api.GetCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) { return h.s.Get(ctx, cid) })
	if err != nil {
		return nil, err
	}
	return api.GetCase200JSONResponse{Body: c, Headers: api.GetCase200ResponseHeaders{ETag: tag}}, nil
}

// answer reads the case's id, lets f act on it and gives the case for the wire.
func (h Handlers) answer(ctx context.Context, raw string, f func(cid id.ID) (File, error)) (api.Case, *string, error) {
	cid, err := id.Parse(raw)
	if err != nil {
		return api.Case{}, nil, err
	}
	file, err := f(cid)
	if err != nil {
		return api.Case{}, nil, err
	}
	return toAPI(ctx, file), wire.ETag(file.Version), nil
}

// GetCaseHistory handles GET /cases/{caseId}/history.
func (h Handlers) GetCaseHistory(ctx context.Context, in api.GetCaseHistoryRequestObject) (api.GetCaseHistoryResponseObject, error) {
	cid, err := id.Parse(in.CaseId)
	if err != nil {
		return nil, err
	}
	all, err := h.s.History(ctx, cid)
	if err != nil {
		return nil, err
	}
	out := api.GetCaseHistory200JSONResponse{Items: make([]api.CaseHistoryEntry, 0, len(all))}
	for _, e := range all {
		out.Items = append(out.Items, api.CaseHistoryEntry{Step: string(e.Step), FromState: wire.Optional(api.CaseState(e.From)), ToState: api.CaseState(e.To),
			TakenOn: wire.Day(e.On), Reason: wire.Optional(e.Reason), ActorId: wire.ID(e.Actor), RecordedLater: e.RecordedLater, RecordedAt: e.RecordedAt})
	}
	return out, nil
}

// SummonCaseSubject handles POST /cases/{caseId}/summonses.
func (h Handlers) SummonCaseSubject(ctx context.Context, in api.SummonCaseSubjectRequestObject) (api.SummonCaseSubjectResponseObject, error) {
	b := in.Body
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		return h.s.Summon(ctx, cid, Summons{IssuedOn: wire.ToDay(b.IssuedOn), AppearOn: wire.ToDay(b.AppearOn), Place: b.Place, Number: wire.Value(b.Number)})
	})
	if err != nil {
		return nil, err
	}
	return api.SummonCaseSubject200JSONResponse{Body: c, Headers: api.SummonCaseSubject200ResponseHeaders{ETag: tag}}, nil
}

// ExamineCaseSubject handles POST /cases/{caseId}/examination.
func (h Handlers) ExamineCaseSubject(ctx context.Context, in api.ExamineCaseSubjectRequestObject) (api.ExamineCaseSubjectResponseObject, error) {
	b := in.Body
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		examiners, err := id.ParseAll(wire.Value(b.ExaminerIds))
		if err != nil {
			return File{}, err
		}
		return h.s.Examine(ctx, cid, Examination{HeldOn: wire.ToDay(b.HeldOn), Outcome: string(b.Outcome), Examiners: examiners,
			Record: wire.Value(b.Record), Answer: wire.Value(b.Answer)})
	})
	if err != nil {
		return nil, err
	}
	return api.ExamineCaseSubject200JSONResponse{Body: c, Headers: api.ExamineCaseSubject200ResponseHeaders{ETag: tag}}, nil
}

// RecommendInCase handles POST /cases/{caseId}/recommendation.
func (h Handlers) RecommendInCase(ctx context.Context, in api.RecommendInCaseRequestObject) (api.RecommendInCaseResponseObject, error) {
	b := in.Body
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		return h.s.Recommend(ctx, cid, Recommendation{GivenOn: wire.ToDay(b.GivenOn), GivenBy: string(b.GivenBy), Proven: b.Proven,
			SanctionType: wire.Value(b.SanctionType), Opinion: wire.Value(b.Opinion)})
	})
	if err != nil {
		return nil, err
	}
	return api.RecommendInCase200JSONResponse{Body: c, Headers: api.RecommendInCase200ResponseHeaders{ETag: tag}}, nil
}

// ReturnCase handles POST /cases/{caseId}/returns.
func (h Handlers) ReturnCase(ctx context.Context, in api.ReturnCaseRequestObject) (api.ReturnCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		return h.s.Return(ctx, cid, wire.ToDay(in.Body.TakenOn), in.Body.Reason)
	})
	if err != nil {
		return nil, err
	}
	return api.ReturnCase200JSONResponse{Body: c, Headers: api.ReturnCase200ResponseHeaders{ETag: tag}}, nil
}

// DecideCaseNotProven handles POST /cases/{caseId}/decision.
func (h Handlers) DecideCaseNotProven(ctx context.Context, in api.DecideCaseNotProvenRequestObject) (api.DecideCaseNotProvenResponseObject, error) {
	b := in.Body
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		by, err := FromAPISignatory(b.Signatory)
		if err != nil {
			return File{}, err
		}
		return h.s.DecideNotProven(ctx, cid, Letter{Number: b.Number, DecidedOn: wire.ToDay(b.DecidedOn), LegalBasis: b.LegalBasis, Signatory: by, Reason: b.Reason})
	})
	if err != nil {
		return nil, err
	}
	return api.DecideCaseNotProven200JSONResponse{Body: c, Headers: api.DecideCaseNotProven200ResponseHeaders{ETag: tag}}, nil
}

// FromAPISignatory reads who signed; sanctions are signed alike.
func FromAPISignatory(b api.SignatoryInput) (s Signatory, err error) {
	s.Exception = string(wire.Value(b.Exception))
	if s.Mandate, err = wire.ToID(b.MandateId); err != nil {
		return s, err
	}
	s.ASN, err = wire.ToID(b.AsnId)
	return s, err
}

// CloseCase handles POST /cases/{caseId}/closing.
func (h Handlers) CloseCase(ctx context.Context, in api.CloseCaseRequestObject) (api.CloseCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		return h.s.Close(ctx, cid, wire.ToDay(in.Body.ClosedOn), in.Body.ClosingReason, in.Body.Reason)
	})
	if err != nil {
		return nil, err
	}
	return api.CloseCase200JSONResponse{Body: c, Headers: api.CloseCase200ResponseHeaders{ETag: tag}}, nil
}

// ReopenCase handles POST /cases/{caseId}/reopening.
func (h Handlers) ReopenCase(ctx context.Context, in api.ReopenCaseRequestObject) (api.ReopenCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		return h.s.Reopen(ctx, cid, wire.ToDay(in.Body.TakenOn), in.Body.Reason)
	})
	if err != nil {
		return nil, err
	}
	return api.ReopenCase200JSONResponse{Body: c, Headers: api.ReopenCase200ResponseHeaders{ETag: tag}}, nil
}

// AssignCase handles POST /cases/{caseId}/assignments.
func (h Handlers) AssignCase(ctx context.Context, in api.AssignCaseRequestObject) (api.AssignCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		account, err := id.Parse(in.Body.AccountId)
		if err != nil {
			return File{}, err
		}
		return h.s.Assign(ctx, cid, account)
	})
	if err != nil {
		return nil, err
	}
	return api.AssignCase200JSONResponse{Body: c, Headers: api.AssignCase200ResponseHeaders{ETag: tag}}, nil
}

// RecuseFromCase handles POST /cases/{caseId}/recusals.
func (h Handlers) RecuseFromCase(ctx context.Context, in api.RecuseFromCaseRequestObject) (api.RecuseFromCaseResponseObject, error) {
	c, tag, err := h.answer(ctx, in.CaseId, func(cid id.ID) (File, error) {
		person, err := id.Parse(in.Body.AsnId)
		if err != nil {
			return File{}, err
		}
		return h.s.Recuse(ctx, cid, Wall{Person: person, Reason: string(in.Body.Reason)})
	})
	if err != nil {
		return nil, err
	}
	return api.RecuseFromCase200JSONResponse{Body: c, Headers: api.RecuseFromCase200ResponseHeaders{ETag: tag}}, nil
}

// ListCaseNotes handles GET /cases/{caseId}/notes.
func (h Handlers) ListCaseNotes(ctx context.Context, in api.ListCaseNotesRequestObject) (api.ListCaseNotesResponseObject, error) {
	cid, err := id.Parse(in.CaseId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listCaseNotes", cid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Notes(ctx, cid, r)
	if err != nil {
		return nil, err
	}
	out := api.ListCaseNotes200JSONResponse{Body: api.CaseNoteList{Items: page.Map(p, toAPINote).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/cases/"+cid.String()+"/notes")
	return out, nil
}

// AddCaseNote handles POST /cases/{caseId}/notes.
func (h Handlers) AddCaseNote(ctx context.Context, in api.AddCaseNoteRequestObject) (api.AddCaseNoteResponseObject, error) {
	cid, err := id.Parse(in.CaseId)
	if err != nil {
		return nil, err
	}
	n, err := h.s.AddNote(ctx, cid, in.Body.Body)
	if err != nil {
		return nil, err
	}
	out := api.AddCaseNote201JSONResponse{Body: toAPINote(n)}
	out.Headers.Location = wire.Location("/cases/" + cid.String() + "/notes")
	return out, nil
}

func toAPINote(n Note) api.CaseNote {
	return api.CaseNote{Id: n.ID.String(), AuthorId: n.Author.String(), Body: n.Body, CreatedAt: n.CreatedAt}
}

func fromAPIOpening(b api.CaseOpeningInput) (o Opening, err error) {
	o = Opening{RegisteredOn: wire.ToDayPtr(b.RegisteredOn), Acts: wire.Value(b.Acts), Origin: Origin{Kind: string(b.Kind)}}
	o.Case = Case{Track: string(b.Track), ActOn: wire.ToDay(b.ActOn), KnownOn: wire.ToDayPtr(b.KnownOn), Accusation: b.Accusation, ViolationTypes: b.ViolationTypes,
		ClassificationReason: wire.Value(b.ClassificationReason), Contest: wire.Value(b.Contest),
		CandidateStatus: string(wire.Value(b.CandidateStatus)), CriminalReferral: wire.Value(b.CriminalReferral)}
	if b.ReceivedOn != nil {
		o.Origin.ReceivedOn = wire.ToDay(*b.ReceivedOn)
	}
	if o.Origin.Report, err = wire.ToID(b.ReportId); err != nil {
		return o, err
	}
	if o.Origin.Recommendation, err = wire.ToID(b.RecommendationId); err != nil {
		return o, err
	}
	if o.Case.Election, err = wire.ToID(b.ElectionId); err != nil {
		return o, err
	}
	if o.Case.Candidate, err = wire.ToID(b.CandidateId); err != nil {
		return o, err
	}
	for _, one := range b.Subjects {
		subject := Subject{SpouseIsCandidate: wire.Value(one.SpouseIsCandidate)}
		if subject.Person, err = id.Parse(one.AsnId); err != nil {
			return o, err
		}
		if subject.Involved, err = id.ParseAll(wire.Value(one.InvolvedAsnIds)); err != nil {
			return o, err
		}
		o.Subjects = append(o.Subjects, subject)
	}
	return o, nil
}

func days(since, today day.Day) int32 { return int32(max(today.DaysSince(since), 0)) }

func toAPISummary(i Item) api.CaseSummary {
	out := api.CaseSummary{Id: i.ID.String(), Number: i.Number, State: api.CaseState(i.State), StateSince: wire.Day(i.StateSince),
		DaysInState: days(i.StateSince, i.Today), Track: api.CaseTrack(i.Track), SubjectId: i.Subject.String(), SubjectName: i.ActPost.Name,
		OpdId: i.OPD.String(), OpdName: i.ActPost.OPDName, ActOn: wire.Day(i.ActOn), RegisteredOn: wire.Day(i.RegisteredOn),
		ClosingReason: wire.Optional(i.ClosingReason), Version: i.Version}
	if i.View == AsHandler {
		out.HandlerAccountId = wire.ID(i.Handler)
	}
	if i.Next != nil {
		out.NextDeadline = &api.CaseNextDeadline{Rule: i.Next.Rule.Code, Day: wire.Day(i.Next.For(ownTerm(i.View, *i.Next)))}
	}
	return out
}

func toAPI(ctx context.Context, f File) api.Case {
	scope, _ := authz.From(ctx)
	c := f.Case
	out := api.Case{Id: c.ID.String(), Number: c.Number, View: api.CaseView(f.View), State: api.CaseState(c.State), StateSince: wire.Day(c.StateSince),
		DaysInState: days(c.StateSince, f.Today), Track: api.CaseTrack(c.Track), SubjectId: c.Subject.String(), Subject: toAPIPost(c.ActPost),
		SuperiorId: wire.ID(c.Superior), ActOn: wire.Day(c.ActOn), KnownOn: wire.DayPtr(c.KnownOn), RegisteredOn: wire.Day(c.RegisteredOn),
		Accusation: c.Accusation, ViolationTypes: c.ViolationTypes, ClassificationReason: wire.Optional(c.ClassificationReason),
		Phases: wire.Strings[string](c.Phases), ElectionId: wire.ID(c.Election), Contest: wire.Optional(c.Contest),
		CandidateId: wire.ID(c.Candidate), CandidateStatus: wire.Optional(c.CandidateStatus), CriminalReferral: c.CriminalReferral,
		SpouseIsCandidate: c.SpouseIsCandidate, HandlerAccountId: wire.ID(f.Handler), ClosingReason: wire.Optional(c.ClosingReason),
		ClosedOn: wire.DayPtr(c.ClosedOn), RecordedLater: c.RecordedLater, Version: c.Version, AllowedSteps: c.steps(f.View, scope.May),
		Summonses: wire.Each(f.Summonses, toAPISummons), Examinations: wire.Each(f.Examinations, toAPIExamination), Deadlines: wire.Each(f.Deadlines, f.toAPIDeadline)}
	if len(f.Missed) > 0 {
		missed := wire.Each(f.Missed, deadline.MissedToAPI)
		out.MissedDeadlines = &missed
	}
	if f.Decision != nil {
		d := toAPIDecision(*f.Decision)
		out.Decision = &d
	}
	if f.View == AsHandler {
		origins, walls, views := wire.Each(f.Origins, toAPIOrigin), wire.Each(f.Walls, toAPIWall), wire.Each(f.Recommendations, toAPIRecommendation)
		proposed := wire.Strings[string](c.ProposedTypes)
		out.Origins, out.Walls, out.Recommendations, out.ProposedViolationTypes = &origins, &walls, &views, &proposed
	}
	return out
}

func toAPIPost(p Post) api.CasePost {
	return api.CasePost{Name: p.Name, OpdId: p.OPD.String(), OpdName: p.OPDName, PositionTitle: p.PositionTitle, PositionType: p.PositionType,
		RankCode: p.RankCode, EmploymentType: p.EmploymentType, SuperiorId: wire.ID(p.Superior)}
}

func toAPIOrigin(o Origin) api.CaseOrigin {
	return api.CaseOrigin{Kind: api.CaseOriginKind(o.Kind), ReportId: wire.ID(o.Report), RecommendationId: wire.ID(o.Recommendation),
		OrganisationId: wire.ID(o.Organisation), TheirNumber: wire.Optional(o.TheirNumber),
		SourceOrganisationId: wire.ID(o.Source), SourceNumber: wire.Optional(o.SourceNumber), SbtNumber: wire.Optional(o.SBTNumber), ReceivedOn: wire.Day(o.ReceivedOn)}
}

func toAPIWall(w Wall) api.CaseWall {
	return api.CaseWall{AsnId: w.Person.String(), Reason: api.CaseWallReason(w.Reason)}
}

func toAPISummons(s Summons) api.CaseSummons {
	return api.CaseSummons{Sequence: s.Sequence, IssuedOn: wire.Day(s.IssuedOn), AppearOn: wire.Day(s.AppearOn), Place: s.Place,
		Number: wire.Optional(s.Number), MissedOn: wire.DayPtr(s.MissedOn), ShortNotice: s.ShortNotice, RecordedLater: s.RecordedLater}
}

func toAPIExamination(e Examination) api.CaseExamination {
	return api.CaseExamination{HeldOn: wire.Day(e.HeldOn), Outcome: api.CaseExaminationOutcome(e.Outcome), ExaminerIds: wire.Each(e.Examiners, id.ID.String),
		Record: wire.Optional(e.Record), Answer: wire.Optional(e.Answer), RecordedLater: e.RecordedLater}
}

func toAPIRecommendation(r Recommendation) api.CaseRecommendation {
	return api.CaseRecommendation{GivenOn: wire.Day(r.GivenOn), GivenBy: api.CaseRecommender(r.GivenBy), Proven: r.Proven,
		SanctionType: wire.Optional(r.SanctionType), Opinion: wire.Optional(r.Opinion), RecordedLater: r.RecordedLater}
}

func toAPIDecision(d Decision) api.CaseDecision {
	return api.CaseDecision{Outcome: api.CaseDecisionOutcome(d.Outcome), Number: d.Number, DecidedOn: wire.Day(d.DecidedOn), SignatoryName: d.SignatoryName,
		SignatoryTitle: d.SignatoryTitle, Exception: wire.Optional(api.SignatoryException(d.Exception)), AuthorityRule: wire.Optional(d.AuthorityRule),
		SanctionType: wire.Optional(d.SanctionType), LegalBasis: d.LegalBasis, Reason: wire.Optional(d.Reason), Annulled: d.Annulled, RecordedLater: d.RecordedLater}
}

// toAPIDeadline shows the subject the earliest defensible day of the terms that
// are the subject's to keep.
func (f File) toAPIDeadline(d Deadline) api.DeadlineTerm {
	return deadline.RunningToAPI(d, f.Today, ownTerm(f.View, d), f.View == AsHandler)
}
