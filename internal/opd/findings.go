package opd

import (
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
)

// Findings is what may be wrong with units: the one that has no personnel officer
// (Kasubag umum dan kepegawaian) prints no activation codes and sees no circular
// through.
func Findings() []doctor.Check {
	return []doctor.Check{{Code: "opd.officer_missing", Severity: doctor.Warning, About: doctor.Government, Operation: "createOpdOfficer",
		Find: func(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
			n, err := withoutOfficer(tx, q.Today)
			found := doctor.Counted(n)
			for i := range found {
				found[i].Path = "/opd"
			}
			return found, err
		}}}
}
