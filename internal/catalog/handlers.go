package catalog

import (
	"context"
	"encoding/json"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag reference.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListReferenceKinds handles GET /reference-data.
func (h Handlers) ListReferenceKinds(context.Context, api.ListReferenceKindsRequestObject) (api.ListReferenceKindsResponseObject, error) {
	out := api.ReferenceKindList{Items: []api.ReferenceKindSpec{}}
	for _, s := range Specs() {
		k := api.ReferenceKindSpec{Kind: string(s.Kind), Fixed: s.Fixed, Fields: []api.ReferenceField{}}
		for _, f := range s.Fields {
			k.Fields = append(k.Fields, api.ReferenceField{Name: f.Name, Type: api.ReferenceFieldType(f.Type), Required: f.Required,
				Allowed: some(f.Allowed), CodesOf: some(wire.Strings[string](f.CodesOf))})
		}
		out.Items = append(out.Items, k)
	}
	return api.ListReferenceKinds200JSONResponse(out), nil
}

func some(list []string) *[]string {
	if len(list) == 0 {
		return nil
	}
	return &list
}

// ListReferenceRows handles GET /reference-data/{kind}.
func (h Handlers) ListReferenceRows(ctx context.Context, in api.ListReferenceRowsRequestObject) (api.ListReferenceRowsResponseObject, error) {
	f := Filter{Code: wire.Value(in.Params.Code), On: wire.ToDayPtr(in.Params.On)}
	r, err := page.Read("listReferenceRows/"+in.Kind, f, in.Params.Limit, in.Params.Cursor, 3)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, Kind(in.Kind), f, r)
	if err != nil {
		return nil, err
	}
	items, err := toAPIs(ctx, p.Items)
	if err != nil {
		return nil, err
	}
	out := api.ListReferenceRows200JSONResponse{Body: api.ReferenceRowList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/reference-data/"+in.Kind)
	return out, nil
}

// AddReferenceRow handles POST /reference-data/{kind}.
func (h Handlers) AddReferenceRow(ctx context.Context, in api.AddReferenceRowRequestObject) (api.AddReferenceRowResponseObject, error) {
	r, err := fromAPI(Kind(in.Kind), *in.Body)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Add(ctx, r)
	if err != nil {
		return nil, err
	}
	body, err := toAPI(ctx, e)
	return api.AddReferenceRow201JSONResponse{Body: body,
		Headers: api.AddReferenceRow201ResponseHeaders{Location: wire.Location("/reference-data/" + in.Kind + "/" + e.Code)}}, err
}

// GetReferenceCode handles GET /reference-data/{kind}/{code}.
func (h Handlers) GetReferenceCode(ctx context.Context, in api.GetReferenceCodeRequestObject) (api.GetReferenceCodeResponseObject, error) {
	on := wire.Value(wire.ToDayPtr(in.Params.On))
	got, err := h.s.History(ctx, Kind(in.Kind), in.Code, on)
	if err != nil {
		return nil, err
	}
	out := api.ReferenceHistory{Kind: in.Kind, Code: in.Code, On: wire.Day(got.On)}
	if got.InForce != nil {
		r, err := toAPI(ctx, *got.InForce)
		if err != nil {
			return nil, err
		}
		out.InForce = &r
	}
	out.Rows, err = toAPIs(ctx, got.Rows)
	return api.GetReferenceCode200JSONResponse(out), err
}

// CloseReferenceRow handles POST /reference-data/{kind}/{code}/closing.
func (h Handlers) CloseReferenceRow(ctx context.Context, in api.CloseReferenceRowRequestObject) (api.CloseReferenceRowResponseObject, error) {
	t, err := target(in.Kind, in.Code, in.Body.RowId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Close(ctx, t, wire.ToDay(in.Body.LastDay))
	if err != nil {
		return nil, err
	}
	body, err := toAPI(ctx, e)
	return api.CloseReferenceRow200JSONResponse(body), err
}

// WithdrawReferenceRow handles POST /reference-data/{kind}/{code}/withdrawal.
func (h Handlers) WithdrawReferenceRow(ctx context.Context, in api.WithdrawReferenceRowRequestObject) (api.WithdrawReferenceRowResponseObject, error) {
	t, err := target(in.Kind, in.Code, in.Body.RowId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Withdraw(ctx, t)
	if err != nil {
		return nil, err
	}
	body, err := toAPI(ctx, e)
	return api.WithdrawReferenceRow200JSONResponse(body), err
}

// VerifyReferenceRow handles POST /reference-data/{kind}/{code}/verification.
func (h Handlers) VerifyReferenceRow(ctx context.Context, in api.VerifyReferenceRowRequestObject) (api.VerifyReferenceRowResponseObject, error) {
	t, err := target(in.Kind, in.Code, in.Body.RowId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Verify(ctx, t, wire.Value(in.Body.Note))
	if err != nil {
		return nil, err
	}
	body, err := toAPI(ctx, e)
	return api.VerifyReferenceRow200JSONResponse(body), err
}

func target(kind, code, row string) (Target, error) {
	rid, err := id.Parse(row)
	return Target{Kind: Kind(kind), Code: code, Row: rid}, err
}

// cached is how long the public catalogue may be kept; it changes with laws.
var cached = "public, max-age=300"

// ListPublicViolationTypes handles GET /public/violation-types.
func (h Handlers) ListPublicViolationTypes(ctx context.Context, in api.ListPublicViolationTypesRequestObject) (api.ListPublicViolationTypesResponseObject, error) {
	f, err := h.s.PublicForms(ctx, wire.Value(wire.ToDayPtr(in.Params.On)))
	if err != nil {
		return nil, err
	}
	out := api.PublicViolationTypeList{On: wire.Day(f.On), Items: []api.PublicViolationType{}}
	for _, t := range f.Types {
		one := api.PublicViolationType{Id: t.ID.String(), Code: t.Code, Name: Words(t.NameID, t.NameEN), Note: WordsPtr(t.NoteID, t.NoteEN),
			Class: Named(f.Classes, t.Class), Acts: []api.NamedCode{}, LegalBasis: wire.Optional(t.LegalBasis),
			Confidence: api.ReferenceConfidence(t.Confidence)}
		for _, a := range t.Acts {
			one.Acts = append(one.Acts, Named(f.Acts, a))
		}
		out.Items = append(out.Items, one)
	}
	return api.ListPublicViolationTypes200JSONResponse{Body: out, Headers: api.ListPublicViolationTypes200ResponseHeaders{CacheControl: &cached}}, nil
}

// CountWorkingDays handles GET /calendar/working-days.
func (h Handlers) CountWorkingDays(ctx context.Context, in api.CountWorkingDaysRequestObject) (api.CountWorkingDaysResponseObject, error) {
	c, err := h.s.CountWorkingDays(ctx, wire.ToDay(in.Params.From), int(in.Params.Days), wire.Value(wire.ToDayPtr(in.Params.AsOf)))
	if err != nil {
		return nil, err
	}
	out := api.WorkingDayCount{GovernmentId: wire.ID(c.Government), From: wire.Day(c.From), Days: in.Params.Days, AsOf: wire.Day(c.AsOf), FirstCounted: wire.DayPtr(&c.FirstCounted),
		Day: wire.Day(c.Day), Skipped: []api.SkippedDay{}, YearsWithoutHolidays: []int32{}}
	for _, s := range c.Skipped {
		one := api.SkippedDay{Day: wire.Day(s.Day), Reason: api.SkippedDayReason(s.Reason)}
		if s.Holiday != nil {
			one.Code, one.Name = &s.Holiday.Code, WordsPtr(s.Holiday.NameID, s.Holiday.NameEN)
		}
		out.Skipped = append(out.Skipped, one)
	}
	for _, y := range c.YearsWithoutHolidays {
		out.YearsWithoutHolidays = append(out.YearsWithoutHolidays, int32(y))
	}
	return api.CountWorkingDays200JSONResponse(out), nil
}

// Words is a text in both languages, as the contract writes it.
func Words(indonesian, english string) api.BilingualText {
	return api.BilingualText{Id: indonesian, En: english}
}

// WordsPtr is Words for a text that may be missing.
func WordsPtr(indonesian, english string) *api.BilingualText {
	if indonesian == "" {
		return nil
	}
	w := Words(indonesian, english)
	return &w
}

// Named gives a code its words; the code itself where none are known that day.
func Named(rows map[string]Row, code string) api.NamedCode {
	r, ok := rows[code]
	if !ok {
		return api.NamedCode{Code: code, Name: Words(code, code)}
	}
	return api.NamedCode{Code: code, Name: Words(r.NameID, r.NameEN)}
}

func fromAPI(k Kind, b api.ReferenceRowInput) (Row, error) {
	r := Row{Kind: k, Code: b.Code, NameID: b.Name.Id, NameEN: wire.Value(b.Name.En), ValidFrom: wire.ToDay(b.ValidFrom),
		ValidUntil: wire.Value(wire.ToDayPtr(b.ValidUntil)), SuspendedFrom: wire.Value(wire.ToDayPtr(b.SuspendedFrom)),
		ReplacedBy: wire.Value(b.ReplacedBy), LegalBasis: wire.Value(b.LegalBasis), LegalSources: wire.Value(b.LegalSources),
		SourceID: b.Source.Id, SourceEN: wire.Value(b.Source.En), Confidence: Confidence(b.Confidence)}
	if b.Note != nil {
		r.NoteID, r.NoteEN = b.Note.Id, wire.Value(b.Note.En)
	}
	if b.Data == nil {
		return r, nil
	}
	raw, err := json.Marshal(b.Data)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(raw, &r.Data)
}

func toAPIs(ctx context.Context, list []Entry) ([]api.ReferenceRow, error) {
	out := make([]api.ReferenceRow, 0, len(list))
	for _, e := range list {
		one, err := toAPI(ctx, e)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func toAPI(ctx context.Context, e Entry) (api.ReferenceRow, error) {
	out := api.ReferenceRow{Id: e.ID.String(), Kind: string(e.Kind), Code: e.Code, Name: Words(e.NameID, e.NameEN), Note: WordsPtr(e.NoteID, e.NoteEN),
		ValidFrom: wire.DayPtr(&e.ValidFrom), ValidUntil: wire.DayPtr(&e.ValidUntil), SuspendedFrom: wire.DayPtr(&e.SuspendedFrom),
		ReplacedBy: notNil(e.ReplacedBy), LegalBasis: wire.Optional(e.LegalBasis), LegalSources: notNil(e.LegalSources), Source: Words(e.SourceID, e.SourceEN),
		Confidence: api.ReferenceConfidence(e.Confidence), Data: map[string]api.ReferenceValue{}, National: e.Tenant == authz.Platform,
		GovernmentId: wire.ID(e.Government), RecordedLater: e.RecordedLater, WithdrawnAt: e.WithdrawnAt, Version: e.Version,
		AllowedSteps: e.Steps(editor(ctx))}
	if v := e.Verification; v != nil {
		out.Verification = &api.ReferenceVerification{VerifiedBy: v.By.String(), VerifiedAt: v.At, Note: wire.Optional(v.Note), National: v.National}
	}
	raw, err := json.Marshal(e.Data)
	if err != nil || e.Data == nil {
		return out, err
	}
	return out, json.Unmarshal(raw, &out.Data)
}

func editor(ctx context.Context) Editor {
	s, ok := authz.From(ctx)
	if !ok {
		return Editor{}
	}
	tenant, err := s.Home()
	return Editor{Tenant: tenant, MayWrite: err == nil && s.May("reference.write")}
}
