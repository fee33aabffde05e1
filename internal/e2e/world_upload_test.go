package e2e

import (
	"testing"

	"github.com/netral-asn/netral/internal/platform/authz"
)

// uploads makes a file of the agency officer of either government that is used
// already, so that it is neither changed nor given up; to everybody else it is
// not there.
func (w *world) uploads(*testing.T) {
	b := pdfOf(2000)
	own, foreign := uploaded(w.caller(authz.AgencyOfficer), b), uploaded(w.s.As(authz.AgencyOfficer, w.b), b)
	w.s.Exec("UPDATE upload SET state = 'used' WHERE id IN ($1, $2)", own, foreign)
	w.same("uploadId", own, foreign)
	w.objects["partNumber"] = [cells]string{"1", "1", "1", "1"}
}
