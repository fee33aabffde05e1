package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// webhooks registers an endpoint for the own systems of both governments.
func (w *world) webhooks(t *testing.T) {
	t.Helper()
	var ids, deliveries []string
	for _, g := range []government.Government{w.a, w.b} {
		c := w.s.As(authz.GovernmentAdmin, g)
		eid := c.Post("/webhooks", map[string]any{"url": "https://kepegawaian.go.id/netral"}).Expect(201).Text("id")
		ids, deliveries = append(ids, eid), append(deliveries, c.Post("/webhooks/"+eid+"/tests", nil).Expect(201).Text("id"))
		c.Post("/webhooks/"+eid+"/pause", nil).Expect(200)
	}
	w.same("webhookId", ids[0], ids[1])
	w.same("deliveryId", deliveries[0], deliveries[1])
}
