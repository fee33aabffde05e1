package taskforce

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// forceState is what is asked of a task force to tell whether it can work.
type forceState struct {
	ID         id.ID    `gorm:"column:id"`
	ValidUntil *day.Day `gorm:"column:valid_until"`
	Members    int      `gorm:"column:members"`
}

// lastForce is the task force, among those that have begun or will, whose term
// ends last.
func lastForce(tx *db.Tx) (r forceState, any bool, err error) {
	q := tx.From("task_force").Select("id, valid_until").Order("valid_until DESC NULLS FIRST, id")
	any, err = db.Found(q, &r)
	return r, any, err
}

// smallForces are the task forces in their term that have too few members.
func smallForces(tx *db.Tx, today day.Day) (out []forceState, err error) {
	return out, tx.SQL(`SELECT f.id, f.valid_until, count(m.id) AS members
		FROM task_force f LEFT JOIN task_force_member m ON m.tenant_id = f.tenant_id AND m.task_force_id = f.id
			AND m.valid_from <= @today AND (m.valid_until IS NULL OR m.valid_until >= @today)
		WHERE f.tenant_id IN @tenants AND f.valid_from <= @today AND (f.valid_until IS NULL OR f.valid_until >= @today)
		GROUP BY f.id, f.valid_until HAVING count(m.id) < @fewest ORDER BY f.id LIMIT 100`,
		map[string]any{"today": today, "fewest": fewest}).Scan(&out).Error
}
