package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// anApplication is what a personnel agency sends.
func anApplication(code, name, kind string) map[string]any {
	return map[string]any{"code": code, "name": name, "kind": kind, "zone": "Asia/Jakarta", "head_title": "Wali Kota", "agency_name": "BKPSDM",
		"letter_number": "800.1/2214-BKPSDM/2024", "letter_on": "2024-01-02", "applicant_name": "Yuli Handayani", "applicant_position": "Kepala Bidang",
		"applicant_email": "yuli@cilegon.example", "applicant_phone": "0254-000000", "note": "Mohon segera."}
}

// applications makes one. It belongs to no government.
func (w *world) applications(*testing.T) {
	w.s.Nobody().Post("/public/government-applications", anApplication("36.72", "Kota Cilegon", "city")).Expect(201)
	w.same("applicationId", w.s.As(authz.PlatformAdmin, w.a).Get("/government-applications").Expect(200).Text("items.0.id"), nowhere)
}
