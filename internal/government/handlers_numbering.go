package government

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListNumbering handles GET /numbering.
func (h Handlers) ListNumbering(ctx context.Context, _ api.ListNumberingRequestObject) (api.ListNumberingResponseObject, error) {
	all, today, err := h.s.Numberings(ctx)
	if err != nil {
		return nil, err
	}
	return api.ListNumbering200JSONResponse{Items: wire.Each(all, func(n Numbering) api.Numbering { return toAPINumbering(ctx, n, today) })}, nil
}

// GetNumbering handles GET /numbering/{numberingId}.
func (h Handlers) GetNumbering(ctx context.Context, in api.GetNumberingRequestObject) (api.GetNumberingResponseObject, error) {
	nid, err := id.Parse(in.NumberingId)
	if err != nil {
		return nil, err
	}
	n, today, err := h.s.Numbering(ctx, nid)
	if err != nil {
		return nil, err
	}
	return api.GetNumbering200JSONResponse{Body: toAPINumbering(ctx, n, today), Headers: api.GetNumbering200ResponseHeaders{ETag: wire.ETag(n.Version)}}, nil
}

// UpdateNumbering handles PATCH /numbering/{numberingId}.
func (h Handlers) UpdateNumbering(ctx context.Context, in api.UpdateNumberingRequestObject) (api.UpdateNumberingResponseObject, error) {
	nid, err := id.Parse(in.NumberingId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n, today, err := h.s.ChangeNumbering(ctx, nid, NumberingChange{Pattern: b.Pattern, Classification: b.Classification, Unit: b.Unit, Last: b.LastSerial})
	if err != nil {
		return nil, err
	}
	return api.UpdateNumbering200JSONResponse{Body: toAPINumbering(ctx, n, today), Headers: api.UpdateNumbering200ResponseHeaders{ETag: wire.ETag(n.Version)}}, nil
}

// PreviewNumber handles POST /numbering/{numberingId}/previews.
func (h Handlers) PreviewNumber(ctx context.Context, in api.PreviewNumberRequestObject) (api.PreviewNumberResponseObject, error) {
	nid, err := id.Parse(in.NumberingId)
	if err != nil {
		return nil, err
	}
	b := in.Body
	text, err := h.s.PreviewNumber(ctx, nid, NumberingChange{Pattern: b.Pattern, Classification: b.Classification, Unit: b.Unit}, wire.ToDayPtr(b.On))
	if err != nil {
		return nil, err
	}
	return api.PreviewNumber200JSONResponse{NumberingId: nid.String(), Number: text}, nil
}

// ListLetterNumbers handles GET /numbering/{numberingId}/numbers.
func (h Handlers) ListLetterNumbers(ctx context.Context, in api.ListLetterNumbersRequestObject) (api.ListLetterNumbersResponseObject, error) {
	nid, err := id.Parse(in.NumberingId)
	if err != nil {
		return nil, err
	}
	r, err := page.Read("listLetterNumbers", nid, in.Params.Limit, in.Params.Cursor, 2)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Numbers(ctx, nid, r)
	if err != nil {
		return nil, err
	}
	out := api.ListLetterNumbers200JSONResponse{Body: api.LetterNumberList{Items: page.Map(p, toAPINumber).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/numbering/"+nid.String()+"/numbers")
	return out, nil
}

// TakeLetterNumber handles POST /numbering/{numberingId}/numbers.
func (h Handlers) TakeLetterNumber(ctx context.Context, in api.TakeLetterNumberRequestObject) (api.TakeLetterNumberResponseObject, error) {
	nid, err := id.Parse(in.NumberingId)
	if err != nil {
		return nil, err
	}
	n, err := h.s.TakeNumber(ctx, nid, in.Body.Subject, wire.ToDayPtr(in.Body.On))
	if err != nil {
		return nil, err
	}
	return api.TakeLetterNumber201JSONResponse{Body: toAPINumber(n),
		Headers: api.TakeLetterNumber201ResponseHeaders{Location: wire.Location("/numbering/" + nid.String() + "/numbers")}}, nil
}

func toAPINumbering(ctx context.Context, n Numbering, today day.Day) api.Numbering {
	steps := []string{}
	for _, s := range []struct {
		name string
		perm authz.Permission
	}{{"update", "numbering.write"}, {"number", "numbering.take"}} {
		if authz.May(ctx, s.perm) {
			steps = append(steps, s.name)
		}
	}
	return api.Numbering{Id: n.ID.String(), LetterKind: api.LetterKind(n.Kind), Pattern: n.Pattern, Classification: n.Classification, Unit: n.Unit,
		Year: int32(n.Year), LastSerial: n.Last, NextNumber: n.number(n.Last+1, today), Version: n.Version, AllowedSteps: steps}
}

func toAPINumber(n Number) api.LetterNumber {
	return api.LetterNumber{Id: n.ID.String(), LetterKind: api.LetterKind(n.Kind), Year: int32(n.Year), Serial: n.Serial, Number: n.Text, DatedOn: wire.Day(n.On),
		Subject: n.Subject, TakenBy: wire.ID(n.By), TakenAt: n.At, RecordedLater: n.RecordedLater}
}
