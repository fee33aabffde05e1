package notify

import (
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// given is how many days of letters that were not taken are looked at.
const given = 7

// Findings is what may be wrong with messages outside: people learn of a deadline
// only when they open the application.
func (s *Service) Findings() []doctor.Check {
	check := func(code doctor.Code, sev doctor.Severity, about doctor.About, find func(*db.Tx, doctor.Question) ([]doctor.Found, error)) doctor.Check {
		return doctor.Check{Code: code, Severity: sev, About: about, Find: find}
	}
	absent := check("mail.absent", doctor.Warning, doctor.Installation, func(*db.Tx, doctor.Question) ([]doctor.Found, error) {
		return doctor.Once(len(s.outside.Carriers) == 0, nil), nil
	})
	absent.Command = "netral serve --smtp-url"
	unreachable := func(tx *db.Tx, _ doctor.Question) ([]doctor.Found, error) {
		n, err := overdue(tx)
		return doctor.Counted(n), err
	}
	return []doctor.Check{
		absent,
		check("mail.unreachable", doctor.Severe, doctor.Installation, unreachable),
		check("mail.unreachable", doctor.Severe, doctor.Government, unreachable),
		check("mail.given_up", doctor.Warning, doctor.Government, func(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
			n, err := givenUp(tx, q.Today.AddDays(-given))
			found := doctor.Once(n > 0, fault.Params{"count": n, "days": given})
			for i := range found {
				found[i].Path = "/failing-addresses"
			}
			return found, err
		}),
	}
}
