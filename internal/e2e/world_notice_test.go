package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// notices are nobody else's, so there is none that another role could reach;
// message templates are the government's.
func (w *world) notices(*testing.T) {
	w.same("messageTemplateId", w.s.As(authz.GovernmentAdmin, w.a).Get("/message-templates").Expect(200).Text("items.0.id"),
		w.s.As(authz.GovernmentAdmin, w.b).Get("/message-templates").Expect(200).Text("items.0.id"))
	w.objects["noticeId"] = [cells]string{nowhere, nowhere, nowhere, nowhere}
}
