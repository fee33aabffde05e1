package notify

import (
	"context"
	"unicode/utf8"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// ListMessageTemplates handles GET /message-templates.
func (h Handlers) ListMessageTemplates(ctx context.Context, _ api.ListMessageTemplatesRequestObject) (api.ListMessageTemplatesResponseObject, error) {
	all, err := h.s.Templates(ctx)
	if err != nil {
		return nil, err
	}
	return api.ListMessageTemplates200JSONResponse{Items: wire.Each(all, func(m MessageTemplate) api.MessageTemplate { return toAPITemplate(ctx, m) })}, nil
}

// GetMessageTemplate handles GET /message-templates/{messageTemplateId}.
func (h Handlers) GetMessageTemplate(ctx context.Context, in api.GetMessageTemplateRequestObject) (api.GetMessageTemplateResponseObject, error) {
	tid, err := id.Parse(in.MessageTemplateId)
	if err != nil {
		return nil, err
	}
	m, err := h.s.Template(ctx, tid)
	if err != nil {
		return nil, err
	}
	return api.GetMessageTemplate200JSONResponse{Body: toAPITemplate(ctx, m), Headers: api.GetMessageTemplate200ResponseHeaders{ETag: wire.ETag(m.version())}}, nil
}

// SetMessageTemplate handles PUT /message-templates/{messageTemplateId}.
func (h Handlers) SetMessageTemplate(ctx context.Context, in api.SetMessageTemplateRequestObject) (api.SetMessageTemplateResponseObject, error) {
	tid, err := id.Parse(in.MessageTemplateId)
	if err != nil {
		return nil, err
	}
	m, err := h.s.SetTemplate(ctx, tid, Template{in.Body.Subject, in.Body.Text})
	if err != nil {
		return nil, err
	}
	return api.SetMessageTemplate200JSONResponse{Body: toAPITemplate(ctx, m), Headers: api.SetMessageTemplate200ResponseHeaders{ETag: wire.ETag(m.version())}}, nil
}

// RestoreMessageTemplate handles DELETE /message-templates/{messageTemplateId}.
func (h Handlers) RestoreMessageTemplate(ctx context.Context, in api.RestoreMessageTemplateRequestObject) (api.RestoreMessageTemplateResponseObject, error) {
	tid, err := id.Parse(in.MessageTemplateId)
	if err != nil {
		return nil, err
	}
	m, err := h.s.RestoreTemplate(ctx, tid)
	if err != nil {
		return nil, err
	}
	return api.RestoreMessageTemplate200JSONResponse{Body: toAPITemplate(ctx, m), Headers: api.RestoreMessageTemplate200ResponseHeaders{ETag: wire.ETag(m.version())}}, nil
}

// PreviewMessageTemplate handles POST /message-templates/{messageTemplateId}/previews.
func (h Handlers) PreviewMessageTemplate(ctx context.Context, in api.PreviewMessageTemplateRequestObject) (api.PreviewMessageTemplateResponseObject, error) {
	tid, err := id.Parse(in.MessageTemplateId)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Preview(ctx, tid, Template{in.Body.Subject, in.Body.Text})
	if err != nil {
		return nil, err
	}
	return api.PreviewMessageTemplate200JSONResponse{MessageTemplateId: tid.String(), Subject: p.Subject, Email: p.Email, Phone: p.Phone, PhoneLength: int32(utf8.RuneCountInString(p.Phone))}, nil
}

func toAPITemplate(ctx context.Context, m MessageTemplate) api.MessageTemplate {
	out := api.MessageTemplate{Id: m.ID.String(), Kind: api.NoticeKind(m.Kind), Language: api.NoticeLanguage(m.Language), Own: m.own(), Subject: m.Words.Subject, Text: m.Words.Text,
		ProgramSubject: m.Program.Subject, ProgramText: m.Program.Text, Editions: []api.MessageTemplateEdition{}, Version: m.version(),
		AllowedSteps: m.steps(authz.May(ctx, "message_template.write"))}
	for _, e := range m.Editions {
		out.Editions = append(out.Editions, api.MessageTemplateEdition{Edition: e.Number, Subject: wire.Optional(e.Words.Subject), Text: wire.Optional(e.Words.Text), AccountId: e.Account.String(), CreatedAt: e.Created})
	}
	return out
}
