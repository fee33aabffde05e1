package pact

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag pacts.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// may tells whether the caller also holds a permission, for allowed_steps.
func may(ctx context.Context) func(authz.Permission) bool {
	s, ok := authz.From(ctx)
	return func(p authz.Permission) bool { return ok && s.May(p) }
}

// ListPactTexts handles GET /pact-texts.
func (h Handlers) ListPactTexts(ctx context.Context, in api.ListPactTextsRequestObject) (api.ListPactTextsResponseObject, error) {
	f := TextFilter{State: TextState(wire.Value(in.Params.State))}
	var err error
	if f.Election, err = wire.ToID(in.Params.ElectionId); err != nil {
		return nil, err
	}
	r, err := page.Read("listPactTexts", f, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.ListTexts(ctx, f, r)
	if err != nil {
		return nil, err
	}
	out := api.ListPactTexts200JSONResponse{Body: api.PactTextList{Items: page.Map(p, func(t Text) api.PactText { return toAPIText(ctx, t) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/pact-texts")
	return out, nil
}

// CreatePactText handles POST /pact-texts.
func (h Handlers) CreatePactText(ctx context.Context, in api.CreatePactTextRequestObject) (api.CreatePactTextResponseObject, error) {
	b := in.Body
	t := Text{Title: b.Title, Preamble: wire.Value(b.Preamble), Consent: b.Consent}
	var err error
	if t.Election, err = id.Parse(b.ElectionId); err != nil {
		return nil, err
	}
	if t.Replaces, err = wire.ToID(b.ReplacesId); err != nil {
		return nil, err
	}
	if t.Clauses, err = fromAPIClauses(wire.Value(b.Clauses)); err != nil {
		return nil, err
	}
	t, err = h.s.CreateText(ctx, t)
	if err != nil {
		return nil, err
	}
	return api.CreatePactText201JSONResponse{Body: toAPIText(ctx, t),
		Headers: api.CreatePactText201ResponseHeaders{Location: wire.Location("/pact-texts/" + t.ID.String())}}, nil
}

// fromAPIClauses reads clauses: each has a code of the catalogue or own words.
func fromAPIClauses(in []api.PactClauseInput) ([]Clause, error) {
	out := make([]Clause, 0, len(in))
	for _, c := range in {
		if (c.CatalogCode == nil) == (c.Text == nil) {
			return nil, fault.New(fault.Rule, "pact_text.clause_source").At("/clauses", "pact_text.clause_source")
		}
		out = append(out, Clause{Code: wire.Value(c.CatalogCode), Text: wire.Value(c.Text)})
	}
	return out, nil
}

// GetPactText handles GET /pact-texts/{pactTextId}.
func (h Handlers) GetPactText(ctx context.Context, in api.GetPactTextRequestObject) (api.GetPactTextResponseObject, error) {
	tid, err := id.Parse(in.PactTextId)
	if err != nil {
		return nil, err
	}
	t, err := h.s.GetText(ctx, tid)
	if err != nil {
		return nil, err
	}
	return api.GetPactText200JSONResponse{Body: toAPIText(ctx, t), Headers: api.GetPactText200ResponseHeaders{ETag: wire.ETag(t.Version)}}, nil
}

// UpdatePactText handles PATCH /pact-texts/{pactTextId}.
func (h Handlers) UpdatePactText(ctx context.Context, in api.UpdatePactTextRequestObject) (api.UpdatePactTextResponseObject, error) {
	tid, err := id.Parse(in.PactTextId)
	if err != nil {
		return nil, err
	}
	c := TextChange{Title: in.Body.Title, Preamble: in.Body.Preamble, Consent: in.Body.Consent}
	if in.Body.Clauses != nil {
		clauses, err := fromAPIClauses(*in.Body.Clauses)
		if err != nil {
			return nil, err
		}
		c.Clauses = &clauses
	}
	t, err := h.s.UpdateText(ctx, tid, c)
	if err != nil {
		return nil, err
	}
	return api.UpdatePactText200JSONResponse{Body: toAPIText(ctx, t), Headers: api.UpdatePactText200ResponseHeaders{ETag: wire.ETag(t.Version)}}, nil
}

// takeText takes a step with the text named in the path.
func takeText(ctx context.Context, raw string, step func(context.Context, id.ID) (Text, error)) (api.PactText, error) {
	tid, err := id.Parse(raw)
	if err != nil {
		return api.PactText{}, err
	}
	t, err := step(ctx, tid)
	return toAPIText(ctx, t), err
}

// SubmitPactText handles POST /pact-texts/{pactTextId}/submission.
func (h Handlers) SubmitPactText(ctx context.Context, in api.SubmitPactTextRequestObject) (api.SubmitPactTextResponseObject, error) {
	t, err := takeText(ctx, in.PactTextId, h.s.SubmitText)
	return api.SubmitPactText200JSONResponse(t), err
}

// ApprovePactText handles POST /pact-texts/{pactTextId}/approvals.
func (h Handlers) ApprovePactText(ctx context.Context, in api.ApprovePactTextRequestObject) (api.ApprovePactTextResponseObject, error) {
	t, err := takeText(ctx, in.PactTextId, func(ctx context.Context, tid id.ID) (Text, error) {
		words, err := toHash(in.Body.TextSha256)
		if err != nil {
			return Text{}, err
		}
		return h.s.ApproveText(ctx, tid, words)
	})
	return api.ApprovePactText200JSONResponse(t), err
}

// toHash reads a hash; the contract already holds its form.
func toHash(s string) (canon.Hash, error) {
	h, ok := canon.ParseHash(s)
	if !ok {
		return h, fault.New(fault.Shape, "request.invalid")
	}
	return h, nil
}

// ReturnPactText handles POST /pact-texts/{pactTextId}/return.
func (h Handlers) ReturnPactText(ctx context.Context, in api.ReturnPactTextRequestObject) (api.ReturnPactTextResponseObject, error) {
	t, err := takeText(ctx, in.PactTextId, h.s.ReturnText)
	return api.ReturnPactText200JSONResponse(t), err
}

// PublishPactText handles POST /pact-texts/{pactTextId}/publication.
func (h Handlers) PublishPactText(ctx context.Context, in api.PublishPactTextRequestObject) (api.PublishPactTextResponseObject, error) {
	t, err := takeText(ctx, in.PactTextId, h.s.PublishText)
	return api.PublishPactText200JSONResponse(t), err
}

func toAPIText(ctx context.Context, t Text) api.PactText {
	out := api.PactText{Id: t.ID.String(), ElectionId: t.Election.String(), Edition: t.Edition, Title: t.Title, Preamble: t.Preamble, Consent: t.Consent,
		ReplacesId: wire.ID(t.Replaces), State: api.PactTextState(t.State), Body: t.Body, TextSha256: t.SHA256.String(), PublishedAt: t.PublishedAt,
		Version: t.Version, AllowedSteps: t.Steps(may(ctx)), Clauses: make([]api.PactClause, 0, len(t.Clauses)), Approvals: make([]api.PactApproval, 0, len(t.Approvals))}
	for i, c := range t.Clauses {
		out.Clauses = append(out.Clauses, api.PactClause{Number: int32(i + 1), Text: c.Text, CatalogCode: wire.Optional(c.Code)})
	}
	for _, a := range t.Approvals {
		out.Approvals = append(out.Approvals, api.PactApproval{AccountId: a.Approver.String(), ApprovedAt: a.At})
	}
	return out
}
