package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// organisation makes a body. It belongs to no government, so there is none of
// another one to be found.
func (w *world) organisation(*testing.T) {
	made := w.s.As(authz.PlatformAdmin, w.a).Post("/organisations", map[string]any{"kind": "bawaslu", "level": "regency_city",
		"name": "Bawaslu Kabupaten Tangerang", "region_code": "36.03", "valid_from": "2018-08-15"}).Expect(201).Text("id")
	w.same("organisationId", made, nowhere)
}
