package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
)

// reference gives each government a holiday of its own. The kind is a word that
// all use alike.
func (w *world) reference(*testing.T) {
	w.objects["kind"] = [cells]string{"holiday", "holiday", "holiday", "holiday"}
	w.same("code", "anniversary_own", "anniversary_foreign")
	w.same("rowId", holiday(w.s, w.a, "anniversary_own", "2024-10-14"), holiday(w.s, w.b, "anniversary_foreign", "2024-02-28"))
}

func holiday(s *harness.Server, g government.Government, code, date string) string {
	return s.As(authz.AgencyOfficer, g).Post("/reference-data/holiday", aHoliday(code, date, "2024-01-02")).Expect(201).Text("id")
}

func aHoliday(code, date, decreed string) map[string]any {
	return map[string]any{"code": code, "name": map[string]any{"id": "Hari Jadi"}, "valid_from": decreed, "source": map[string]any{"id": "salinan keputusan"},
		"confidence": "high", "data": map[string]any{"date": date, "holiday_kind": "regional"}}
}
