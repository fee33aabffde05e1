package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// referrals are what the office of the world's client sent to either government;
// the client speaks for the first alone.
func (w *world) referrals(t *testing.T) {
	t.Helper()
	sender := parsed(t, w.objects["organisationId"][ownUnit])
	send := func(number string, in int) string {
		g := w.a
		if in == otherGovernment {
			g = w.b
		}
		return w.s.As(authz.Bawaslu, g, speaksFor(sender)).Post("/referrals", handedOver(number)).Expect(201).Text("id")
	}
	w.same("referralId", send("101/LP", ownUnit), send("102/LP", otherGovernment))
}
