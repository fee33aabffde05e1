package pact

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// obligedOf are the people who must sign in a campaign.
const obligedOf = `SELECT o.asn_id FROM pact_obligation o WHERE o.tenant_id IN @tenants AND o.campaign_id = @object`

// unsignedOf are those of them who neither did nor refused, and are not in an
// excused spell.
const unsignedOf = obligedOf + `
	AND NOT EXISTS (SELECT FROM pact_signature s WHERE s.tenant_id = o.tenant_id AND s.campaign_id = o.campaign_id AND s.asn_id = o.asn_id
		AND NOT EXISTS (SELECT FROM pact_signature_strike k WHERE k.tenant_id = s.tenant_id AND k.signature_id = s.id))
	AND NOT EXISTS (SELECT FROM pact_refusal r WHERE r.tenant_id = o.tenant_id AND r.campaign_id = o.campaign_id AND r.asn_id = o.asn_id)
	AND NOT EXISTS (SELECT FROM asn_absence e WHERE e.tenant_id = o.tenant_id AND e.asn_id = o.asn_id
		AND e.valid_from <= @today AND (e.valid_until IS NULL OR e.valid_until >= @today))`

// noticed are those of the campaigns in which the caller must sign.
func noticed(tx *db.Tx, campaigns []id.ID) (map[id.ID]fault.Params, error) {
	var rows []struct {
		ID    id.ID   `gorm:"column:id"`
		Title string  `gorm:"column:title"`
		DueOn day.Day `gorm:"column:due_on"`
	}
	err := tx.SQL(`SELECT c.id, c.title, c.due_on FROM pact_obligation o JOIN pact_campaign c ON c.tenant_id = o.tenant_id AND c.id = o.campaign_id
		WHERE o.tenant_id IN @tenants AND o.asn_id = @me AND c.id IN @campaigns`,
		map[string]any{"campaigns": campaigns, "me": tx.Scope().Person()}).Scan(&rows).Error
	out := make(map[id.ID]fault.Params, len(rows))
	for _, r := range rows {
		out[r.ID] = fault.Params{"title": r.Title, "due_on": r.DueOn}
	}
	return out, err
}

// campaignsNear are the open campaigns that are due in a span of days.
func campaignsNear(tx *db.Tx, first, last day.Day) ([]notify.Reminder, error) {
	var rows []struct {
		ID    id.ID   `gorm:"column:id"`
		DueOn day.Day `gorm:"column:due_on"`
	}
	err := tx.From("pact_campaign").Select("id, due_on").Where("state = 'open' AND due_on BETWEEN ? AND ?", first, last).Order("id").Find(&rows).Error
	out := make([]notify.Reminder, 0, len(rows))
	for _, r := range rows {
		out = append(out, notify.Reminder{Object: r.ID, Day: r.DueOn})
	}
	return out, err
}
