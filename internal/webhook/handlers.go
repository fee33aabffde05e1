package webhook

import (
	"context"

	"github.com/netral-asn/netral/api"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/wire"
)

// Handlers are the operations of the tag webhooks.
type Handlers struct{ s *Service }

// NewHandlers joins the handlers to the service.
func NewHandlers(s *Service) Handlers { return Handlers{s: s} }

// ListWebhooks handles GET /webhooks.
func (h Handlers) ListWebhooks(ctx context.Context, in api.ListWebhooksRequestObject) (api.ListWebhooksResponseObject, error) {
	r, err := page.Read("listWebhooks", nil, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.List(ctx, r)
	if err != nil {
		return nil, err
	}
	out := api.ListWebhooks200JSONResponse{Body: api.WebhookList{Items: page.Map(p, func(e Endpoint) api.Webhook { return toAPI(ctx, e) }).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/webhooks")
	return out, nil
}

// CreateWebhook handles POST /webhooks.
func (h Handlers) CreateWebhook(ctx context.Context, in api.CreateWebhookRequestObject) (api.CreateWebhookResponseObject, error) {
	e, secret, err := h.s.Create(ctx, Endpoint{URL: in.Body.Url, Description: opt.Value(in.Body.Description), Types: types(in.Body.Types)})
	if err != nil {
		return nil, err
	}
	return api.CreateWebhook201JSONResponse{Body: withSecret(ctx, e, secret),
		Headers: api.CreateWebhook201ResponseHeaders{Location: wire.Location("/webhooks/" + e.ID.String())}}, nil
}

// GetWebhook handles GET /webhooks/{webhookId}.
func (h Handlers) GetWebhook(ctx context.Context, in api.GetWebhookRequestObject) (api.GetWebhookResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	e, err := h.s.Get(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.GetWebhook200JSONResponse{Body: toAPI(ctx, e), Headers: api.GetWebhook200ResponseHeaders{ETag: wire.ETag(e.Version)}}, nil
}

// UpdateWebhook handles PATCH /webhooks/{webhookId}.
func (h Handlers) UpdateWebhook(ctx context.Context, in api.UpdateWebhookRequestObject) (api.UpdateWebhookResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	c := Change{URL: in.Body.Url, Description: in.Body.Description}
	if in.Body.Types != nil {
		t := types(in.Body.Types)
		c.Types = &t
	}
	e, err := h.s.Update(ctx, eid, c)
	if err != nil {
		return nil, err
	}
	return api.UpdateWebhook200JSONResponse{Body: toAPI(ctx, e), Headers: api.UpdateWebhook200ResponseHeaders{ETag: wire.ETag(e.Version)}}, nil
}

// PauseWebhook handles POST /webhooks/{webhookId}/pause.
func (h Handlers) PauseWebhook(ctx context.Context, in api.PauseWebhookRequestObject) (api.PauseWebhookResponseObject, error) {
	e, err := stepped(ctx, in.WebhookId, h.s.Pause)
	return api.PauseWebhook200JSONResponse(e), err
}

// ResumeWebhook handles POST /webhooks/{webhookId}/resumption.
func (h Handlers) ResumeWebhook(ctx context.Context, in api.ResumeWebhookRequestObject) (api.ResumeWebhookResponseObject, error) {
	e, err := stepped(ctx, in.WebhookId, h.s.Resume)
	return api.ResumeWebhook200JSONResponse(e), err
}

// EndWebhook handles POST /webhooks/{webhookId}/ending.
func (h Handlers) EndWebhook(ctx context.Context, in api.EndWebhookRequestObject) (api.EndWebhookResponseObject, error) {
	e, err := stepped(ctx, in.WebhookId, h.s.End)
	return api.EndWebhook200JSONResponse(e), err
}

func stepped(ctx context.Context, text string, step func(context.Context, id.ID) (Endpoint, error)) (api.Webhook, error) {
	eid, err := id.Parse(text)
	if err != nil {
		return api.Webhook{}, err
	}
	e, err := step(ctx, eid)
	return toAPI(ctx, e), err
}

// RenewWebhookSecret handles POST /webhooks/{webhookId}/secrets.
func (h Handlers) RenewWebhookSecret(ctx context.Context, in api.RenewWebhookSecretRequestObject) (api.RenewWebhookSecretResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	e, secret, err := h.s.Rotate(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.RenewWebhookSecret201JSONResponse(withSecret(ctx, e, secret)), nil
}

// TestWebhook handles POST /webhooks/{webhookId}/tests.
func (h Handlers) TestWebhook(ctx context.Context, in api.TestWebhookRequestObject) (api.TestWebhookResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	d, err := h.s.Test(ctx, eid)
	if err != nil {
		return nil, err
	}
	return api.TestWebhook201JSONResponse(toAPIDelivery(d)), nil
}

// ReplayWebhook handles POST /webhooks/{webhookId}/replays.
func (h Handlers) ReplayWebhook(ctx context.Context, in api.ReplayWebhookRequestObject) (api.ReplayWebhookResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	n, err := h.s.Replay(ctx, eid, nil)
	if err != nil {
		return nil, err
	}
	return api.ReplayWebhook200JSONResponse{Deliveries: int32(n)}, nil
}

// ReplayWebhookDelivery handles POST /webhooks/{webhookId}/deliveries/{deliveryId}/replays.
func (h Handlers) ReplayWebhookDelivery(ctx context.Context, in api.ReplayWebhookDeliveryRequestObject) (api.ReplayWebhookDeliveryResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	did, err := id.Parse(in.DeliveryId)
	if err != nil {
		return nil, err
	}
	n, err := h.s.Replay(ctx, eid, &did)
	if err != nil {
		return nil, err
	}
	return api.ReplayWebhookDelivery200JSONResponse{Deliveries: int32(n)}, nil
}

// ListWebhookDeliveries handles GET /webhooks/{webhookId}/deliveries.
func (h Handlers) ListWebhookDeliveries(ctx context.Context, in api.ListWebhookDeliveriesRequestObject) (api.ListWebhookDeliveriesResponseObject, error) {
	eid, err := id.Parse(in.WebhookId)
	if err != nil {
		return nil, err
	}
	state := DeliveryState(opt.Value(in.Params.State))
	r, err := page.Read("listWebhookDeliveries", []any{eid, state}, in.Params.Limit, in.Params.Cursor, 1)
	if err != nil {
		return nil, err
	}
	p, err := h.s.Deliveries(ctx, eid, state, r)
	if err != nil {
		return nil, err
	}
	out := api.ListWebhookDeliveries200JSONResponse{Body: api.WebhookDeliveryList{Items: page.Map(p, toAPIDelivery).Items}}
	out.Headers.Link, out.Body.NextCursor = wire.Link(p, "/webhooks/"+eid.String()+"/deliveries")
	return out, nil
}

func types(in *[]api.ChangeType) []journal.Type {
	if in == nil {
		return nil
	}
	return wire.Strings[journal.Type](*in)
}

func toAPI(ctx context.Context, e Endpoint) api.Webhook {
	return api.Webhook{Id: e.ID.String(), Url: e.URL, Description: e.Description, Types: wire.Strings[api.ChangeType](e.Types), State: api.WebhookState(e.State),
		FailingSince: e.FailingSince, CreatedAt: e.Created, Version: e.Version, AllowedSteps: e.Steps(authz.May(ctx, "webhook.write"))}
}

func withSecret(ctx context.Context, e Endpoint, s Secret) api.WebhookWithSecret {
	w := toAPI(ctx, e)
	return api.WebhookWithSecret{Id: w.Id, Url: w.Url, Description: w.Description, Types: w.Types, State: w.State, FailingSince: w.FailingSince,
		CreatedAt: w.CreatedAt, Version: w.Version, AllowedSteps: w.AllowedSteps, Secret: s.Value}
}

func toAPIDelivery(d Delivery) api.WebhookDelivery {
	out := api.WebhookDelivery{Id: d.ID.String(), MessageId: d.Message.String(), Type: string(d.Type), Timestamp: d.At, State: api.WebhookDeliveryState(d.State),
		Data: api.WebhookDeliveryData{Id: d.Object.String(), GovernmentId: wire.ID(d.Government)}, Attempts: d.Attempts, LastAt: d.Last, LastStatus: d.LastStatus,
		LastError: opt.Of(d.LastError)}
	if d.State == Waiting {
		out.NextAt = &d.Next
	}
	return out
}
