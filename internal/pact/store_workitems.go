package pact

import (
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/workitem"
)

// unsigned are the open campaigns in which the caller must sign and neither did
// nor refused. Whoever is in an excused spell is asked when it is over.
func unsigned(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	behind, order, named := q.Behind("c.due_on", "c.id")
	named["me"], named["today"] = tx.Scope().Person(), q.Today
	var rows []struct {
		ID    id.ID   `gorm:"column:id"`
		Title string  `gorm:"column:title"`
		DueOn day.Day `gorm:"column:due_on"`
	}
	err := tx.SQL(`SELECT c.id, c.title, c.due_on FROM pact_obligation o JOIN pact_campaign c ON c.tenant_id = o.tenant_id AND c.id = o.campaign_id
		WHERE o.tenant_id IN @tenants AND o.asn_id = @me AND c.state = 'open'
		AND NOT EXISTS (SELECT FROM pact_signature s WHERE s.tenant_id = o.tenant_id AND s.campaign_id = o.campaign_id AND s.asn_id = o.asn_id
			AND NOT EXISTS (SELECT FROM pact_signature_strike k WHERE k.tenant_id = s.tenant_id AND k.signature_id = s.id))
		AND NOT EXISTS (SELECT FROM pact_refusal r WHERE r.tenant_id = o.tenant_id AND r.campaign_id = o.campaign_id AND r.asn_id = o.asn_id)
		AND NOT EXISTS (SELECT FROM asn_absence e WHERE e.tenant_id = o.tenant_id AND e.asn_id = o.asn_id
			AND e.valid_from <= @today AND (e.valid_until IS NULL OR e.valid_until >= @today))
		AND `+behind+` ORDER BY `+order+` LIMIT @limit`, named).Scan(&rows).Error
	out := make([]workitem.Item, 0, len(rows))
	for _, r := range rows {
		out = append(out, workitem.Item{Object: r.ID, Path: "/me/pacts", Due: r.DueOn, Steps: []string{"signature", "refusal"}, Params: fault.Params{"title": r.Title}})
	}
	return out, err
}

// textsInApproval are all texts in approval: an election has one or two.
func textsInApproval(tx *db.Tx) ([]Text, error) {
	var rows []textRow
	if err := tx.From("pact_text").Where("state = ?", InApproval).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return completeTexts(tx, rows)
}
