package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// report enters a report on somebody of each unit. The caller heads the own
// unit, so the report on its staff is behind the wall for the caller whatever
// the role: the first column of the matrix proves T-11 operation by operation.
func (w *world) report(*testing.T) {
	reports := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		officer := w.s.As(authz.AgencyOfficer, g)
		reports[i] = officer.Post("/reports", map[string]any{"origin": "letter", "kind": "report", "narrative": "Surat warga.",
			"upload_ids": []string{uploaded(officer, pdfOf(500))}, "subjects": []map[string]any{{"name": "Pegawai"}}}).Expect(201).Text("id")
		officer.Post("/reports/"+reports[i]+"/subjects", map[string]any{"subject_sequence": 1, "asn_id": w.objects["asnId"][i]}).Expect(200)
	}
	w.objects["reportId"] = reports
	w.objects["documentSequence"] = [cells]string{"1", "1", "1", "1"}
}
