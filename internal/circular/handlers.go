package circular

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

// Handlers are the operations of the tag circulars.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListCirculars handles GET /circulars.
func (h Handlers) ListCirculars(ctx context.Context, in api.ListCircularsRequestObject) (api.ListCircularsResponseObject, error) {
	q := in.Params
	f := Filter{Number: wire.Value(q.Number), InForceOn: wire.ToDayPtr(q.InForceOn), State: State(wire.Value(q.State)), Year: wire.Value(q.Year)}
	var err error
	if f.Election, err = wire.ToID(q.ElectionId); err != nil {
		return nil, err
	}
	r, err := page.Read("listCirculars", f, q.Limit, q.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListCirculars200JSONResponse{Body: api.CircularList{Items: page.Map(p, toAPISummary).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/circulars")
	return out, nil
}

// CreateCircular handles POST /circulars.
func (h Handlers) CreateCircular(ctx context.Context, in api.CreateCircularRequestObject) (api.CreateCircularResponseObject, error) {
	c, err := fromAPI(*in.Body)
	if err != nil {
		return nil, err
	}
	if c, err = h.s.Create(ctx, c); err != nil {
		return nil, err
	}
	return api.CreateCircular201JSONResponse{Body: toAPI(ctx, c),
		Headers: api.CreateCircular201ResponseHeaders{Location: wire.Location("/circulars/" + c.ID.String())}}, nil
}

// GetCircular handles GET /circulars/{circularId}.
func (h Handlers) GetCircular(ctx context.Context, in api.GetCircularRequestObject) (api.GetCircularResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.Get(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.GetCircular200JSONResponse{Body: toAPI(ctx, c), Headers: api.GetCircular200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// UpdateCircular handles PATCH /circulars/{circularId}.
func (h Handlers) UpdateCircular(ctx context.Context, in api.UpdateCircularRequestObject) (api.UpdateCircularResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	ch, err := fromAPIPatch(*in.Body)
	if err != nil {
		return nil, err
	}
	c, err := h.s.Update(ctx, cid, ch)
	if err != nil {
		return nil, err
	}
	return api.UpdateCircular200JSONResponse{Body: toAPI(ctx, c), Headers: api.UpdateCircular200ResponseHeaders{ETag: wire.ETag(c.Version)}}, nil
}

// IssueCircular handles POST /circulars/{circularId}/issuance.
func (h Handlers) IssueCircular(ctx context.Context, in api.IssueCircularRequestObject) (api.IssueCircularResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.Issue(ctx, cid)
	if err != nil {
		return nil, err
	}
	return api.IssueCircular200JSONResponse(toAPI(ctx, c)), nil
}

// RevokeCircular handles POST /circulars/{circularId}/revocation.
func (h Handlers) RevokeCircular(ctx context.Context, in api.RevokeCircularRequestObject) (api.RevokeCircularResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	c, err := h.s.Revoke(ctx, cid, wire.ToDay(in.Body.LastDay), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.RevokeCircular200JSONResponse(toAPI(ctx, c)), nil
}

// AcknowledgeCircular handles POST /circulars/{circularId}/acknowledgements.
func (h Handlers) AcknowledgeCircular(ctx context.Context, in api.AcknowledgeCircularRequestObject) (api.AcknowledgeCircularResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	r, isNew, err := h.s.Acknowledge(ctx, cid, in.Body.TextSha256)
	if err != nil {
		return nil, err
	}
	out := api.CircularAcknowledgement{CircularId: r.Circular.String(), AsnId: r.Person.String(), AcknowledgedOn: wire.Day(r.On),
		Channel: api.CircularChannel(r.Channel), RecordedLater: r.RecordedLater}
	if !isNew {
		return api.AcknowledgeCircular200JSONResponse(out), nil
	}
	return api.AcknowledgeCircular201JSONResponse{Body: out,
		Headers: api.AcknowledgeCircular201ResponseHeaders{Location: wire.Location("/me/circulars")}}, nil
}

// RecordPaperAcknowledgements handles POST /circulars/{circularId}/paper-acknowledgements.
func (h Handlers) RecordPaperAcknowledgements(ctx context.Context, in api.RecordPaperAcknowledgementsRequestObject) (api.RecordPaperAcknowledgementsResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(in.Body.Items))
	for _, x := range in.Body.Items {
		pid, err := id.Parse(x.AsnId)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Person: pid, On: wire.ToDay(x.AcknowledgedOn)})
	}
	outcomes, err := h.s.Record(ctx, cid, wire.Value(in.Body.Proof), entries)
	if err != nil {
		return nil, err
	}
	out := api.PaperAcknowledgementOutcomes{Items: make([]api.PaperAcknowledgementOutcome, 0, len(entries))}
	for i, o := range outcomes {
		out.Items = append(out.Items, api.PaperAcknowledgementOutcome{AsnId: entries[i].Person.String(), Outcome: api.PaperAcknowledgementOutcomeOutcome(o)})
	}
	return api.RecordPaperAcknowledgements200JSONResponse(out), nil
}

// GetCircularCoverage handles GET /circulars/{circularId}/coverage.
func (h Handlers) GetCircularCoverage(ctx context.Context, in api.GetCircularCoverageRequestObject) (api.GetCircularCoverageResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("getCircularCoverage", cid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, total, err := h.s.Coverage(ctx, cid, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(c Count) api.CircularUnitCount {
		return api.CircularUnitCount{OpdId: c.OPD.String(), OpdName: c.OPDName, Addressed: c.Addressed, Acknowledged: c.Acknowledged, OnPaper: c.OnPaper}
	}).Items
	out := api.GetCircularCoverage200JSONResponse{Body: api.CircularCoverage{Items: items,
		Total: api.CircularCount{Addressed: total.Addressed, Acknowledged: total.Acknowledged, OnPaper: total.OnPaper}}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/circulars/"+cid.String()+"/coverage")
	return out, nil
}

// ListCircularAddressees handles GET /circulars/{circularId}/addressees.
func (h Handlers) ListCircularAddressees(ctx context.Context, in api.ListCircularAddresseesRequestObject) (api.ListCircularAddresseesResponseObject, error) {
	cid, err := id.Parse(in.CircularId)
	if err != nil {
		return nil, err
	}
	f := AddresseeFilter{Acknowledged: in.Params.Acknowledged}
	if f.OPD, err = wire.ToID(in.Params.OpdId); err != nil {
		return nil, err
	}
	r, err := page.Read("listCircularAddressees", []any{cid, f}, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Addressees(ctx, cid, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListCircularAddressees200JSONResponse{Body: api.CircularAddresseeList{Items: page.Map(p, toAPIAddressee).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/circulars/"+cid.String()+"/addressees")
	return out, nil
}

// ListMyCirculars handles GET /me/circulars.
func (h Handlers) ListMyCirculars(ctx context.Context, in api.ListMyCircularsRequestObject) (api.ListMyCircularsResponseObject, error) {
	r, err := page.Read("listMyCirculars", in.Params.Acknowledged, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Mine(ctx, in.Params.Acknowledged, r)
	if err != nil {
		return nil, err
	}
	items := page.Map(p, func(m Mine) api.MyCircular {
		return api.MyCircular{Circular: toAPISummary(m.Circular), AcknowledgedOn: wire.DayPtr(m.On)}
	}).Items
	out := api.ListMyCirculars200JSONResponse{Body: api.MyCircularList{Items: items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/me/circulars")
	return out, nil
}

func fromAPI(b api.CircularInput) (Circular, error) {
	c := Circular{Number: ParseNumber(wire.Value(b.Number)), Signed: wire.ToDay(b.SignedOn), Subject: b.Subject, Opening: wire.Value(b.Opening),
		Points: b.Points, Closing: wire.Value(b.Closing), LegalSources: wire.Value(b.LegalSourceCodes), From: wire.ToDayPtr(b.InForceFrom),
		Signatory: Signatory{Office: government.Office(b.SignatoryOffice), Title: wire.Value(b.SignatoryTitle), Name: wire.Value(b.SignatoryName)}}
	var err error
	if c.Addressees, err = asn.RuleFromAPI(b.Addressees); err != nil {
		return c, err
	}
	return c, ids(map[**id.ID]*string{&c.Signatory.Mandate: b.SignatoryMandateId, &c.Election: b.ElectionId, &c.Amends: b.AmendsId, &c.Replaces: b.ReplacesId})
}

// ids reads several identifiers that may be missing.
func ids(in map[**id.ID]*string) error {
	for to, from := range in {
		v, err := wire.ToID(from)
		if err != nil {
			return err
		}
		*to = v
	}
	return nil
}

func fromAPIPatch(b api.CircularPatch) (Change, error) {
	ch := Change{Number: b.Number, Signed: wire.ToDayPtr(b.SignedOn), Subject: b.Subject, Opening: b.Opening, Points: b.Points, Closing: b.Closing,
		SignatoryOffice: (*government.Office)(b.SignatoryOffice), SignatoryTitle: b.SignatoryTitle, SignatoryName: b.SignatoryName,
		LegalSources: b.LegalSourceCodes, From: wire.ToDayPtr(b.InForceFrom)}
	if b.Addressees != nil {
		rule, err := asn.RuleFromAPI(*b.Addressees)
		if err != nil {
			return ch, err
		}
		ch.Addressees = &rule
	}
	return ch, ids(map[**id.ID]*string{&ch.SignatoryMandate: b.SignatoryMandateId, &ch.Election: b.ElectionId, &ch.Amends: b.AmendsId, &ch.Replaces: b.ReplacesId})
}

func toAPISummary(c Circular) api.CircularSummary {
	return api.CircularSummary{Id: c.ID.String(), Number: wire.Optional(c.Number.Printed), SignedOn: wire.Day(c.Signed), Subject: c.Subject,
		SignatoryTitle: wire.Optional(c.Signatory.Title), ElectionId: wire.ID(c.Election), AmendsId: wire.ID(c.Amends), ReplacesId: wire.ID(c.Replaces),
		State: api.CircularState(c.State), InForceFrom: wire.DayPtr(c.From), InForceUntil: wire.DayPtr(c.Until), RecordedLater: c.RecordedLater, Version: c.Version}
}

func toAPI(ctx context.Context, c Circular) api.Circular {
	scope, _ := authz.From(ctx)
	sources := c.LegalSources
	if sources == nil {
		sources = []string{}
	}
	out := api.Circular{Id: c.ID.String(), Number: wire.Optional(c.Number.Printed), NumberParts: toAPIParts(c.Number), SignedOn: wire.Day(c.Signed),
		Subject: c.Subject, Opening: wire.Optional(c.Opening), Points: c.Points, Closing: wire.Optional(c.Closing), LegalSourceCodes: sources,
		Signatory: api.CircularSignatory{Office: api.MandateOffice(c.Signatory.Office), MandateId: wire.ID(c.Signatory.Mandate),
			Title: wire.Optional(c.Signatory.Title), Name: wire.Optional(c.Signatory.Name), WithoutMandate: c.Signatory.WithoutMandate},
		ElectionId: wire.ID(c.Election), Addressees: asn.RuleToAPI(c.Addressees), AmendsId: wire.ID(c.Amends), ReplacesId: wire.ID(c.Replaces),
		State: api.CircularState(c.State), InForceFrom: wire.DayPtr(c.From), InForceUntil: wire.DayPtr(c.Until), EndReason: wire.Optional(c.EndReason),
		IssuedOn: wire.DayPtr(c.IssuedOn), Text: wire.Optional(c.Text), TextSha256: wire.Optional(c.TextSHA256), RecordedLater: c.RecordedLater,
		Version: c.Version, AllowedSteps: c.steps(scope.May("circular.write"), scope.May("circular.issue"))}
	if c.State != Draft {
		out.Addressed = &c.Addressed
	}
	if c.binding() && scope.May("circular.acknowledge") {
		out.AllowedSteps = append(out.AllowedSteps, "acknowledgement")
	}
	return out
}

func toAPIParts(n Number) *api.CircularNumberParts {
	if n.Printed == "" {
		return nil
	}
	out := api.CircularNumberParts{Classification: wire.Optional(n.Classification), Serial: wire.Optional(n.Serial), Unit: wire.Optional(n.Unit)}
	if n.Month != 0 {
		m := int32(n.Month)
		out.Month = &m
	}
	if n.Year != 0 {
		y := int32(n.Year)
		out.Year = &y
	}
	return &out
}

func toAPIAddressee(a Addressee) api.CircularAddressee {
	out := api.CircularAddressee{AsnId: a.Person.String(), Name: a.Name, OpdId: a.OPD.String()}
	if r := a.Receipt; r != nil {
		ch := api.CircularChannel(r.Channel)
		out.AcknowledgedOn, out.Channel, out.RecordedLater = wire.DayPtr(&r.On), &ch, &r.RecordedLater
	}
	return out
}
