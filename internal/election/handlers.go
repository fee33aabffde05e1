package election

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag elections.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListElections handles GET /elections.
func (h Handlers) ListElections(ctx context.Context, _ api.ListElectionsRequestObject) (api.ListElectionsResponseObject, error) {
	all, err := h.s.Elections(ctx)
	if err != nil {
		return nil, err
	}
	out := api.ElectionList{Items: []api.Election{}}
	for _, e := range all {
		out.Items = append(out.Items, toAPI(ctx, e))
	}
	return api.ListElections200JSONResponse(out), nil
}

// CreateElection handles POST /elections.
func (h Handlers) CreateElection(ctx context.Context, in api.CreateElectionRequestObject) (api.CreateElectionResponseObject, error) {
	b := in.Body
	e := catalog.Election{Row: row(b.Name, b.Source, b.LegalBasis, b.Confidence), ElectionKind: string(b.ElectionKind), Contests: b.Contests,
		StartsOn: wire.ToDay(b.StartsOn), VotingOn: wire.ToDay(b.VotingOn), EndsOn: wire.ToDay(b.EndsOn)}
	e.Code = b.Code
	got, err := h.s.Create(ctx, e)
	if err != nil {
		return nil, err
	}
	return api.CreateElection201JSONResponse{Body: toAPI(ctx, got),
		Headers: api.CreateElection201ResponseHeaders{Location: wire.Location("/elections/" + got.ID.String())}}, nil
}

// GetElection handles GET /elections/{electionId}.
func (h Handlers) GetElection(ctx context.Context, in api.GetElectionRequestObject) (api.GetElectionResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Election(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.GetElection200JSONResponse{Body: toAPI(ctx, e), Headers: api.GetElection200ResponseHeaders{ETag: wire.ETag(e.Version)}}, nil
}

// ListElectionStages handles GET /elections/{electionId}/stages.
func (h Handlers) ListElectionStages(ctx context.Context, in api.ListElectionStagesRequestObject) (api.ListElectionStagesResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	all, err := h.s.Stages(ctx, eid)
	if err != nil {
		return nil, err
	}
	out := api.ElectionStageList{Items: []api.ElectionStage{}}
	for _, s := range all {
		out.Items = append(out.Items, toAPIStage(eid, s))
	}
	return api.ListElectionStages200JSONResponse(out), nil
}

// SetElectionStage handles POST /elections/{electionId}/stages.
func (h Handlers) SetElectionStage(ctx context.Context, in api.SetElectionStageRequestObject) (api.SetElectionStageResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	st := catalog.ElectionStage{Row: row(b.Name, b.Source, b.LegalBasis, b.Confidence), Stage: b.Stage, Effect: string(b.Effect),
		Contests: wire.Value(b.Contests), StartsOn: wire.ToDay(b.StartsOn), EndsOn: wire.ToDay(b.EndsOn)}
	st.ValidFrom = wire.Value(wire.ToDayPtr(b.ValidFrom))
	got, err := h.s.SetStage(ctx, eid, st)
	if err != nil {
		return nil, err
	}
	return api.SetElectionStage201JSONResponse{Body: toAPIStage(eid, got),
		Headers: api.SetElectionStage201ResponseHeaders{Location: wire.Location("/reference-data/election_stage/" + got.Code)}}, nil
}

// ListCandidates handles GET /elections/{electionId}/candidates.
func (h Handlers) ListCandidates(ctx context.Context, in api.ListCandidatesRequestObject) (api.ListCandidatesResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	contest := wire.Value(in.Params.Contest)
	r, err := page.Read("listCandidates/"+eid.String(), contest, in.Params.Limit, in.Params.Cursor, 3)
	if err != nil {
		return nil, err
	}
	p, today, err := h.s.Candidates(ctx, eid, contest, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Candidate) api.Candidate { return toAPICandidate(ctx, c, today) }).Items
	out := api.ListCandidates200JSONResponse{Body: api.CandidateList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/elections/"+eid.String()+"/candidates")
	return out, nil
}

// CreateCandidate handles POST /elections/{electionId}/candidates.
func (h Handlers) CreateCandidate(ctx context.Context, in api.CreateCandidateRequestObject) (api.CreateCandidateResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c, today, err := h.s.AddCandidate(ctx, Candidate{Election: eid, Contest: b.Contest, RegionCode: wire.Value(b.RegionCode), Number: wire.Value(b.Number),
		Name: b.Name, DeputyName: wire.Value(b.DeputyName), Parties: wire.Value(b.Parties)},
		StatusEntry{StatusChange: StatusChange{Status: Status(b.Status), From: wire.ToDay(b.ValidFrom)}, Source: b.Source})
	if err != nil {
		return nil, err
	}
	return api.CreateCandidate201JSONResponse{Body: toAPICandidate(ctx, c, today),
		Headers: api.CreateCandidate201ResponseHeaders{Location: wire.Location("/candidates/" + c.ID.String())}}, nil
}

// GetCandidate handles GET /candidates/{candidateId}.
func (h Handlers) GetCandidate(ctx context.Context, in api.GetCandidateRequestObject) (api.GetCandidateResponseObject, error) {
	cid, err := id.Parse(in.CandidateId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.Candidate(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.GetCandidate200JSONResponse{Body: toAPICandidate(ctx, c, today), Headers: api.GetCandidate200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// UpdateCandidate handles PATCH /candidates/{candidateId}.
func (h Handlers) UpdateCandidate(ctx context.Context, in api.UpdateCandidateRequestObject) (api.UpdateCandidateResponseObject, error) {
	cid, err := id.Parse(in.CandidateId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c, today, err := h.s.UpdateCandidate(ctx, cid, Change{Number: b.Number, Name: b.Name, DeputyName: b.DeputyName, Parties: b.Parties})
	if err != nil {
		return nil, err
	}
	return api.UpdateCandidate200JSONResponse{Body: toAPICandidate(ctx, c, today), Headers: api.UpdateCandidate200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// AddCandidateStatus handles POST /candidates/{candidateId}/statuses.
func (h Handlers) AddCandidateStatus(ctx context.Context, in api.AddCandidateStatusRequestObject) (api.AddCandidateStatusResponseObject, error) {
	cid, err := id.Parse(in.CandidateId)
	if err != nil {
		return nil, err
	}
	c, today, err := h.s.AddStatus(ctx, cid, StatusEntry{StatusChange: StatusChange{Status: Status(in.Body.Status), From: wire.ToDay(in.Body.ValidFrom)},
		Source: in.Body.Source})
	if err != nil {
		return nil, err
	}
	return api.AddCandidateStatus200JSONResponse(toAPICandidate(ctx, c, today)), nil
}

// GetElectionPhases handles GET /elections/{electionId}/phases.
func (h Handlers) GetElectionPhases(ctx context.Context, in api.GetElectionPhasesRequestObject) (api.GetElectionPhasesResponseObject, error) {
	eid, err := id.Parse(in.ElectionId)
	if err != nil {
		return nil, err
	}
	candidate, err := wire.ToID(in.Params.CandidateId)
	if err != nil {
		return nil, err
	}
	x, err := h.s.Explain(ctx, eid, wire.ToDay(in.Params.On), wire.Value(in.Params.Contest), candidate)
	if err != nil {
		return nil, err
	}
	out := api.ElectionPhases{ElectionId: eid.String(), On: wire.Day(x.On), Contest: wire.Optional(x.Contest), Phases: []api.ExplainedPhase{},
		EffectivePhases: wire.Strings[api.ElectionPhase](x.Effective)}
	for _, p := range x.Phases {
		one := api.ExplainedPhase{Phase: api.ElectionPhase(p.Phase), Name: catalog.Named(x.Words, string(p.Phase)).Name, Stages: []api.PhaseStage{}}
		for _, s := range p.Stages {
			st := x.Stages[s.Code]
			one.Stages = append(one.Stages, api.PhaseStage{Code: s.Code, Name: catalog.Words(st.NameID, st.NameEN), StartsOn: wire.Day(s.From), EndsOn: wire.Day(s.Until)})
		}
		out.Phases = append(out.Phases, one)
	}
	if c := x.Candidate; c != nil {
		since := c.Since(x.On)
		out.Candidate = &api.CandidateOnDay{Id: c.ID.String(), Status: wire.Optional(api.CandidateStatus(x.Status)), StatusSince: wire.DayPtr(&since)}
	}
	return api.GetElectionPhases200JSONResponse(out), nil
}

// ProposeViolations handles POST /violation-proposals.
func (h Handlers) ProposeViolations(ctx context.Context, in api.ProposeViolationsRequestObject) (api.ProposeViolationsResponseObject, error) {
	b := in.Body
	a := Asked{On: wire.ToDay(b.On), Contest: wire.Value(b.Contest), Status: Status(wire.Value(b.CandidateStatus)), Acts: wire.Value(b.Acts),
		Direction: string(wire.Value(b.Direction)), Facts: wire.Value(b.Facts)}
	var err error
	if a.Election, err = wire.ToID(b.ElectionId); err != nil {
		return nil, err
	}
	if a.Candidate, err = wire.ToID(b.CandidateId); err != nil {
		return nil, err
	}
	p, err := h.s.Propose(ctx, a)
	if err != nil {
		return nil, err
	}
	out := api.ViolationProposals{On: wire.Day(a.On), Phases: wire.Strings[api.ElectionPhase](p.Question.Phases.For(p.Question.Status)),
		CandidateStatus: wire.Optional(api.CandidateStatus(p.Question.Status)), Classes: wire.Strings[string](p.Classes), Items: []api.ViolationProposal{}}
	for _, one := range p.Proposals {
		out.Items = append(out.Items, toAPIProposal(p, one))
	}
	return api.ProposeViolations200JSONResponse(out), nil
}

func toAPIProposal(p Proposed, one Proposal) api.ViolationProposal {
	t := one.Type
	return api.ViolationProposal{RowId: t.ID.String(), Code: t.Code, Name: catalog.Words(t.NameID, t.NameEN), Note: catalog.WordsPtr(t.NoteID, t.NoteEN),
		Class: catalog.Named(p.ClassWords, t.Class), SanctionLevel: catalog.Named(p.LevelWords, t.SanctionLevel),
		OtherPublishedLevels: wire.Strings[string](t.OtherPublishedLevels), LegalBasis: wire.Optional(t.LegalBasis),
		LegalSources: wire.Strings[string](t.LegalSources), Confidence: api.ReferenceConfidence(t.Confidence), UnstatedConditions: wire.Strings[string](one.Unstated)}
}

// row is what elections and stages have in common with all reference data.
func row(name, source api.BilingualTextInput, legalBasis *string, confidence api.ReferenceConfidence) catalog.Row {
	return catalog.Row{NameID: name.Id, NameEN: wire.Value(name.En), SourceID: source.Id, SourceEN: wire.Value(source.En),
		LegalBasis: wire.Value(legalBasis), Confidence: catalog.Confidence(confidence)}
}

func mayWrite(ctx context.Context) bool {
	s, ok := authz.From(ctx)
	return ok && s.May("election.write")
}

func toAPI(ctx context.Context, e Election) api.Election {
	steps := []string{}
	if mayWrite(ctx) {
		steps = []string{"stages", "candidates"}
	}
	out := api.Election{Id: e.ID.String(), Code: e.Code, Name: catalog.Words(e.NameID, e.NameEN), Note: catalog.WordsPtr(e.NoteID, e.NoteEN),
		ElectionKind: api.ElectionKind(e.ElectionKind), Contests: []api.NamedCode{}, StartsOn: wire.Day(e.StartsOn), VotingOn: wire.Day(e.VotingOn),
		EndsOn: wire.Day(e.EndsOn), LegalBasis: wire.Optional(e.LegalBasis), Confidence: api.ReferenceConfidence(e.Confidence), National: e.National(),
		Version: e.Version, AllowedSteps: steps}
	for _, c := range e.Concerns {
		out.Contests = append(out.Contests, api.NamedCode{Code: c.Code, Name: catalog.Words(c.NameID, c.NameEN)})
	}
	return out
}

func toAPIStage(eid id.ID, s catalog.ElectionStage) api.ElectionStage {
	return api.ElectionStage{ElectionId: eid.String(), Code: s.Code, Stage: s.Stage, Name: catalog.Words(s.NameID, s.NameEN), Note: catalog.WordsPtr(s.NoteID, s.NoteEN),
		Effect: api.StageEffect(s.Effect), Contests: wire.Strings[string](s.Contests), StartsOn: wire.Day(s.StartsOn), EndsOn: wire.Day(s.EndsOn),
		LegalBasis: wire.Optional(s.LegalBasis), Source: catalog.Words(s.SourceID, s.SourceEN), Confidence: api.ReferenceConfidence(s.Confidence),
		National: s.Tenant == authz.Platform}
}

func toAPICandidate(ctx context.Context, c Candidate, today day.Day) api.Candidate {
	out := api.Candidate{Id: c.ID.String(), ElectionId: c.Election.String(), Contest: c.Contest, RegionCode: wire.Optional(c.RegionCode), Name: c.Name,
		DeputyName: wire.Optional(c.DeputyName), Parties: wire.Optional(c.Parties), Status: wire.Optional(api.CandidateStatus(c.StatusOn(today))),
		Statuses: []api.CandidateStatusEntry{}, Version: c.Version, AllowedSteps: c.steps(today, mayWrite(ctx))}
	if c.Number > 0 {
		out.Number = &c.Number
	}
	for _, s := range c.Statuses {
		out.Statuses = append(out.Statuses, api.CandidateStatusEntry{Status: api.CandidateStatus(s.Status), ValidFrom: wire.Day(s.From),
			Source: s.Source, RecordedLater: s.RecordedLater})
	}
	return out
}
