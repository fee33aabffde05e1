package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/government"
)

// imports makes a dry run of the caller's unit, of another one and of the other
// government, and a format that is none.
func (w *world) imports(t *testing.T) {
	t.Helper()
	ids := [cells]string{3: nowhere}
	for i, g := range []government.Government{w.a, w.a, w.b} {
		o := officerOf(w.s, g)
		ids[i] = o.send(t, "?mode=dry_run&opd_id="+w.objects["opdId"][i], "text/csv", sheetCSV("NIP;Nama;OPD", nipOf(20+i)+";RUDI HARTONO;")).Expect(202).Text("id")
		o.await(t, ids[i], "ready")
	}
	w.objects["importId"] = ids
	w.objects["format"] = [cells]string{"xlsx", "csv", "format-abroad", "format-nowhere"}
}
