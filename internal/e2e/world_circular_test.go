package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// circulars issues one circular in each government, to everybody.
func (w *world) circulars(*testing.T) {
	w.same("circularId", circularOf(w.s, w.a, "SE/1/2024"), circularOf(w.s, w.b, "SE/1/2024"))
}

// circularOf drafts and issues a circular over the head of the agency.
func circularOf(s *harness.Server, g government.Government, number string) string {
	c := s.As(authz.AgencyOfficer, g)
	cid := c.Post("/circulars", circularDraft(map[string]any{"number": number})).Expect(201).Text("id")
	c.Post("/circulars/"+cid+"/issuance", nil).Expect(200)
	return cid
}

// circularDraft is the body of a circular, with what the test needs otherwise.
func circularDraft(with map[string]any) map[string]any {
	b := map[string]any{"signed_on": "2024-01-10", "subject": "Netralitas ASN", "points": []string{"Bersikap netral.", "Tidak menyukai unggahan calon."},
		"signatory_office": "agency_head", "addressees": map[string]any{}, "legal_source_codes": []string{"uu_20_2023"}}
	for k, v := range with {
		b[k] = v
	}
	return b
}
