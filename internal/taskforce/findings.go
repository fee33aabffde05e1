package taskforce

import (
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
)

// fewest is how many a task force needs, since what one does another checks.
const fewest = 2

// Findings is what may be wrong with task forces: the term is over or nearly so,
// and nobody follows; too few members are left.
func Findings() []doctor.Check {
	check := func(code doctor.Code, s doctor.Severity, operation string, find func(*db.Tx, doctor.Question) ([]doctor.Found, error)) doctor.Check {
		return doctor.Check{Code: code, Severity: s, About: doctor.Government, Operation: operation, Find: find}
	}
	return []doctor.Check{
		check("task_force.expired", doctor.Severe, "createTaskForce", func(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
			last, any, err := lastForce(tx)
			if err != nil || !any || last.ValidUntil == nil || !last.ValidUntil.Before(q.Today) {
				return nil, err
			}
			return []doctor.Found{last.found()}, nil
		}),
		check("task_force.expiring", doctor.Warning, "createTaskForce", func(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
			last, any, err := lastForce(tx)
			if err != nil || !any || last.ValidUntil == nil || !last.ValidUntil.Within(q.Today, q.Soon) {
				return nil, err
			}
			return []doctor.Found{last.found()}, nil
		}),
		check("task_force.members_few", doctor.Severe, "addTaskForceMember", func(tx *db.Tx, q doctor.Question) ([]doctor.Found, error) {
			small, err := smallForces(tx, q.Today)
			out := make([]doctor.Found, 0, len(small))
			for _, f := range small {
				one := f.found()
				one.Params = fault.Params{"count": f.Members, "needed": fewest}
				out = append(out, one)
			}
			return out, err
		}),
	}
}

func (r forceState) found() doctor.Found {
	f := doctor.Found{Object: r.ID, Path: "/task-forces/" + r.ID.String()}
	if r.ValidUntil != nil {
		f.Since = *r.ValidUntil
		f.Params = fault.Params{"day": *r.ValidUntil}
	}
	return f
}
