package event

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// comersOf are the people invited and those who come instead of one.
const comersOf = `SELECT i.asn_id FROM event_invitee i WHERE i.tenant_id IN @tenants AND i.event_id = @object
	UNION ALL SELECT d.delegate_id FROM event_delegation d WHERE d.tenant_id IN @tenants AND d.event_id = @object`

// noticed are those of the events that the caller is invited to or goes to
// instead of somebody.
func noticed(tx *db.Tx, events []id.ID) (map[id.ID]fault.Params, error) {
	var rows []struct {
		ID    id.ID   `gorm:"column:id"`
		Title string  `gorm:"column:title"`
		Day   day.Day `gorm:"column:legal_day"`
	}
	err := tx.SQL(`SELECT e.id, e.title, e.legal_day FROM event e WHERE e.tenant_id IN @tenants AND e.id IN @events AND e.state <> 'draft'
		AND (EXISTS (SELECT FROM event_invitee i WHERE i.tenant_id = e.tenant_id AND i.event_id = e.id AND i.asn_id = @me)
			OR EXISTS (SELECT FROM event_delegation d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id AND d.delegate_id = @me))`,
		map[string]any{"events": events, "me": tx.Scope().Person()}).Scan(&rows).Error
	out := make(map[id.ID]fault.Params, len(rows))
	for _, r := range rows {
		out[r.ID] = fault.Params{"title": r.Title, "day": r.Day}
	}
	return out, err
}
