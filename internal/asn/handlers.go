package asn

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/nip"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag asn.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListAsn handles GET /asn.
func (h Handlers) ListAsn(ctx context.Context, in api.ListAsnRequestObject) (api.ListAsnResponseObject, error) {
	q := in.Params
	f := Filter{EmploymentType: string(wire.Value(q.EmploymentType)), RankCode: wire.Value(q.RankCode), PositionType: string(wire.Value(q.PositionType)),
		LegalStatus: wire.Value(q.LegalStatus), State: string(wire.Value(q.State)), UpdatedSince: q.UpdatedSince}
	var err error
	if f.OPD, err = wire.ToID(q.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listAsn", f, q.Limit, q.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListAsn200JSONResponse{Body: api.AsnList{Items: page.Map(p, func(x Person) api.Asn { return toAPI(ctx, x) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/asn")
	return out, nil
}

// SearchAsn handles POST /asn/searches.
func (h Handlers) SearchAsn(ctx context.Context, in api.SearchAsnRequestObject) (api.SearchAsnResponseObject, error) {
	b := in.Body
	q := Query{Words: wire.Value(b.Q), NIPPrefix: nip.Clean(wire.Value(b.NipPrefix)), Limit: page.Default,
		Filter: Filter{RankCode: wire.Value(b.RankCode), EmploymentType: string(wire.Value(b.EmploymentType))}}
	if b.Limit != nil {
		q.Limit = int(*b.Limit)
	}
	var err error
	if q.Filter.OPD, err = wire.ToID(b.OpdId); err != nil {
		return nil, err
	}
	people, err := h.s.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := api.AsnList{Items: make([]api.Asn, 0, len(people))}
	for _, p := range people {
		out.Items = append(out.Items, toAPI(ctx, p))
	}
	return api.SearchAsn200JSONResponse(out), nil
}

// CreateAsn handles POST /asn.
func (h Handlers) CreateAsn(ctx context.Context, in api.CreateAsnRequestObject) (api.CreateAsnResponseObject, error) {
	b := in.Body
	p := Person{Name: b.Name, TitleFront: wire.Value(b.TitleFront), TitleBack: wire.Value(b.TitleBack), NIP: wire.Value(b.Nip), Sex: string(wire.Value(b.Sex)),
		BirthPlace: wire.Value(b.BirthPlace), BirthDate: wire.ToDayPtr(b.BirthDate), Email: wire.Value(b.Email), Phone: wire.Value(b.Phone),
		EmploymentType: string(b.EmploymentType), RankCode: wire.Value(b.RankCode), PositionTitle: wire.Value(b.PositionTitle),
		PositionType: string(wire.Value(b.PositionType)), LegalStatus: wire.Value(b.LegalStatus)}
	var err error
	if p.OPD, err = id.Parse(b.OpdId); err != nil {
		return nil, err
	}
	if p.Superior, err = wire.ToID(b.SuperiorId); err != nil {
		return nil, err
	}
	p, err = h.s.Create(ctx, p, wire.ToDay(b.ValidFrom))
	if err != nil {
		return nil, err
	}
	return api.CreateAsn201JSONResponse{Body: toAPI(ctx, p), Headers: api.CreateAsn201ResponseHeaders{Location: wire.Location("/asn/" + p.ID.String())}}, nil
}

// MergeAsn handles POST /asn/mergers.
func (h Handlers) MergeAsn(ctx context.Context, in api.MergeAsnRequestObject) (api.MergeAsnResponseObject, error) {
	ids, err := id.ParseAll([]string{in.Body.StaysId, in.Body.GoesId})
	if err != nil {
		return nil, err
	}
	p, err := h.s.Merge(ctx, ids[0], ids[1])
	if err != nil {
		return nil, err
	}
	return api.MergeAsn200JSONResponse(toAPI(ctx, p)), nil
}

// GetAsn handles GET /asn/{asnId}.
func (h Handlers) GetAsn(ctx context.Context, in api.GetAsnRequestObject) (api.GetAsnResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Get(ctx, pid)
	if err != nil {
		return nil, err
	}
	return api.GetAsn200JSONResponse{Body: toAPI(ctx, p), Headers: api.GetAsn200ResponseHeaders{ETag: wire.ETag(p.Version)}}, nil
}

// UpdateAsn handles PATCH /asn/{asnId}.
func (h Handlers) UpdateAsn(ctx context.Context, in api.UpdateAsnRequestObject) (api.UpdateAsnResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	p, err := h.s.Update(ctx, pid, Change{Name: b.Name, TitleFront: b.TitleFront, TitleBack: b.TitleBack, BirthPlace: b.BirthPlace,
		Sex: (*string)(b.Sex), Email: b.Email, Phone: b.Phone, BirthDate: wire.ToDayPtr(b.BirthDate)})
	if err != nil {
		return nil, err
	}
	return api.UpdateAsn200JSONResponse{Body: toAPI(ctx, p), Headers: api.UpdateAsn200ResponseHeaders{ETag: wire.ETag(p.Version)}}, nil
}

// GetAsnHistory handles GET /asn/{asnId}/history.
func (h Handlers) GetAsnHistory(ctx context.Context, in api.GetAsnHistoryRequestObject) (api.GetAsnHistoryResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	facts, err := h.s.History(ctx, pid)
	if err != nil {
		return nil, err
	}
	out := api.AsnHistory{Items: make([]api.AsnFact, 0, len(facts))}
	for _, f := range facts {
		out.Items = append(out.Items, api.AsnFact{Aspect: api.AsnFactAspect(f.Aspect), Value: wire.Optional(f.Value), Title: wire.Optional(f.Title),
			OpdId: wire.ID(f.OPD), SuperiorId: wire.ID(f.Superior), ValidFrom: wire.Day(f.From), ValidUntil: wire.DayPtr(f.Until), RecordedLater: f.RecordedLater})
	}
	return api.GetAsnHistory200JSONResponse(out), nil
}

// GetAsnStatus handles GET /asn/{asnId}/status.
func (h Handlers) GetAsnStatus(ctx context.Context, in api.GetAsnStatusRequestObject) (api.GetAsnStatusResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	st, err := h.s.StatusOn(ctx, pid, wire.ToDayPtr(in.Params.On))
	if err != nil {
		return nil, err
	}
	out := api.AsnStatus{AsnId: st.Person.String(), On: wire.Day(st.Day), Name: st.Name, Nip: wire.Optional(st.Facts[NIP].Value),
		EmploymentType: wire.Optional(api.EmploymentType(st.Facts[Employment].Value)), RankCode: wire.Optional(st.Facts[Rank].Value),
		PositionTitle: wire.Optional(st.Facts[Position].Title), PositionType: wire.Optional(api.PositionType(st.Facts[Position].Value)),
		OpdId: wire.ID(st.Facts[Position].OPD), OpdName: wire.Optional(st.OPDName), SuperiorId: wire.ID(st.Facts[Superior].Superior),
		LegalStatus: wire.Optional(st.Facts[LegalStatus].Value)}
	return api.GetAsnStatus200JSONResponse(out), nil
}

// ListAsnSuperiors handles GET /asn/{asnId}/superiors.
func (h Handlers) ListAsnSuperiors(ctx context.Context, in api.ListAsnSuperiorsRequestObject) (api.ListAsnSuperiorsResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	line, err := h.s.Superiors(ctx, pid, wire.ToDayPtr(in.Params.On))
	if err != nil {
		return nil, err
	}
	out := api.AsnSuperiorList{Items: make([]api.AsnSuperior, 0, len(line))}
	for _, p := range line {
		out.Items = append(out.Items, api.AsnSuperior{AsnId: p.ID.String(), Name: p.Name, PositionTitle: wire.Optional(p.PositionTitle),
			PositionType: wire.Optional(api.PositionType(p.PositionType))})
	}
	return api.ListAsnSuperiors200JSONResponse(out), nil
}

// addFact is the way of all dated changes.
func (h Handlers) addFact(ctx context.Context, person string, f Fact) (api.Asn, error) {
	pid, err := id.Parse(person)
	if err != nil {
		return api.Asn{}, err
	}
	p, err := h.s.AddFact(ctx, pid, f)
	return toAPI(ctx, p), err
}

// AddAsnPosition handles POST /asn/{asnId}/positions.
func (h Handlers) AddAsnPosition(ctx context.Context, in api.AddAsnPositionRequestObject) (api.AddAsnPositionResponseObject, error) {
	unit, err := id.Parse(in.Body.OpdId)
	if err != nil {
		return nil, err
	}
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: Position, Value: string(in.Body.PositionType), Title: in.Body.PositionTitle, OPD: &unit, From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnPosition200JSONResponse(p), err
}

// AddAsnRank handles POST /asn/{asnId}/ranks.
func (h Handlers) AddAsnRank(ctx context.Context, in api.AddAsnRankRequestObject) (api.AddAsnRankResponseObject, error) {
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: Rank, Value: in.Body.RankCode, From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnRank200JSONResponse(p), err
}

// AddAsnEmployment handles POST /asn/{asnId}/employments.
func (h Handlers) AddAsnEmployment(ctx context.Context, in api.AddAsnEmploymentRequestObject) (api.AddAsnEmploymentResponseObject, error) {
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: Employment, Value: string(in.Body.EmploymentType), From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnEmployment200JSONResponse(p), err
}

// AddAsnLegalStatus handles POST /asn/{asnId}/legal-statuses.
func (h Handlers) AddAsnLegalStatus(ctx context.Context, in api.AddAsnLegalStatusRequestObject) (api.AddAsnLegalStatusResponseObject, error) {
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: LegalStatus, Value: in.Body.LegalStatus, From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnLegalStatus200JSONResponse(p), err
}

// AddAsnSuperior handles POST /asn/{asnId}/assigned-superiors.
func (h Handlers) AddAsnSuperior(ctx context.Context, in api.AddAsnSuperiorRequestObject) (api.AddAsnSuperiorResponseObject, error) {
	superior, err := wire.ToID(in.Body.SuperiorId)
	if err != nil {
		return nil, err
	}
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: Superior, Superior: superior, From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnSuperior200JSONResponse(p), err
}

// AddAsnNip handles POST /asn/{asnId}/nips.
func (h Handlers) AddAsnNip(ctx context.Context, in api.AddAsnNipRequestObject) (api.AddAsnNipResponseObject, error) {
	p, err := h.addFact(ctx, in.AsnId, Fact{Aspect: NIP, Value: in.Body.Nip, From: wire.ToDay(in.Body.ValidFrom)})
	return api.AddAsnNip200JSONResponse(p), err
}

// DepartAsn handles POST /asn/{asnId}/departure.
func (h Handlers) DepartAsn(ctx context.Context, in api.DepartAsnRequestObject) (api.DepartAsnResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Depart(ctx, pid, string(in.Body.Reason), wire.ToDay(in.Body.LastDay))
	return api.DepartAsn200JSONResponse(toAPI(ctx, p)), err
}

// ListAsnAbsences handles GET /asn/{asnId}/absences.
func (h Handlers) ListAsnAbsences(ctx context.Context, in api.ListAsnAbsencesRequestObject) (api.ListAsnAbsencesResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	spells, today, err := h.s.Absences(ctx, pid)
	if err != nil {
		return nil, err
	}
	out := api.AsnAbsenceList{Items: make([]api.AsnAbsence, 0, len(spells))}
	for _, a := range spells {
		out.Items = append(out.Items, toAPIAbsence(ctx, a, today))
	}
	return api.ListAsnAbsences200JSONResponse(out), nil
}

// CreateAsnAbsence handles POST /asn/{asnId}/absences.
func (h Handlers) CreateAsnAbsence(ctx context.Context, in api.CreateAsnAbsenceRequestObject) (api.CreateAsnAbsenceResponseObject, error) {
	pid, err := id.Parse(in.AsnId)
	if err != nil {
		return nil, err
	}
	a, err := h.s.Excuse(ctx, Absence{Person: pid, Kind: string(in.Body.Kind), From: wire.ToDay(in.Body.ValidFrom), Until: wire.ToDayPtr(in.Body.ValidUntil), Reason: wire.Value(in.Body.Reason)})
	if err != nil {
		return nil, err
	}
	return api.CreateAsnAbsence201JSONResponse{Body: toAPIAbsence(ctx, a, a.From),
		Headers: api.CreateAsnAbsence201ResponseHeaders{Location: wire.Location("/asn/" + in.AsnId + "/absences")}}, nil
}

// EndAsnAbsence handles POST /asn/{asnId}/absences/{absenceId}/ending.
func (h Handlers) EndAsnAbsence(ctx context.Context, in api.EndAsnAbsenceRequestObject) (api.EndAsnAbsenceResponseObject, error) {
	ids, err := id.ParseAll([]string{in.AsnId, in.AbsenceId})
	if err != nil {
		return nil, err
	}
	a, err := h.s.EndAbsence(ctx, ids[0], ids[1], wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	return api.EndAsnAbsence200JSONResponse(toAPIAbsence(ctx, a, wire.ToDay(in.Body.LastDay))), nil
}

func toAPI(ctx context.Context, p Person) api.Asn {
	return api.Asn{Id: p.ID.String(), Name: p.Name, TitleFront: wire.Optional(p.TitleFront), TitleBack: wire.Optional(p.TitleBack), Nip: wire.Optional(p.NIP),
		Sex: wire.Optional(api.AsnSex(p.Sex)), BirthPlace: wire.Optional(p.BirthPlace), BirthDate: wire.DayPtr(p.BirthDate), Email: wire.Optional(p.Email),
		Phone: wire.Optional(p.Phone), EmploymentType: api.EmploymentType(p.EmploymentType), RankCode: wire.Optional(p.RankCode),
		PositionTitle: wire.Optional(p.PositionTitle), PositionType: wire.Optional(api.PositionType(p.PositionType)), OpdId: wire.ID(&p.OPD),
		SuperiorId: wire.ID(p.Superior), LegalStatus: p.LegalStatus, State: api.AsnState(p.State), DepartedOn: wire.DayPtr(p.DepartedOn),
		DepartureReason: wire.Optional(p.DepartReason), Version: p.Version, AllowedSteps: p.steps(authz.May(ctx, "asn.write"), authz.May(ctx, "asn.absence"))}
}

func toAPIAbsence(ctx context.Context, a Absence, today day.Day) api.AsnAbsence {
	steps := []string{}
	if authz.May(ctx, "asn.absence") && (a.Until == nil || !a.Until.Before(today)) {
		steps = append(steps, "ending")
	}
	return api.AsnAbsence{Id: a.ID.String(), AsnId: a.Person.String(), Kind: api.AsnAbsenceKind(a.Kind), ValidFrom: wire.Day(a.From),
		ValidUntil: wire.DayPtr(a.Until), Reason: wire.Optional(a.Reason), Version: a.Version, AllowedSteps: steps}
}
