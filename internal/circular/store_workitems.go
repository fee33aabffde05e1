package circular

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/workitem"
)

// unacknowledged are the circulars in force that were addressed to the caller
// and of which no receipt stands.
func unacknowledged(tx *db.Tx, q workitem.Question) ([]workitem.Item, error) {
	behind, order, named := q.Behind("CAST(NULL AS date)", "c.id")
	named["me"] = tx.Scope().Person()
	var rows []struct {
		ID      id.ID  `gorm:"column:id"`
		Number  string `gorm:"column:number"`
		Subject string `gorm:"column:subject"`
	}
	err := tx.SQL(`SELECT c.id, c.number, c.subject FROM circular_addressee a JOIN circular c ON c.tenant_id = a.tenant_id AND c.id = a.circular_id`+joinReceipt+`
		WHERE a.tenant_id IN @tenants AND a.asn_id = @me AND c.state IN ('issued', 'amended') AND k.asn_id IS NULL AND `+behind+`
		ORDER BY `+order+` LIMIT @limit`, named).Scan(&rows).Error
	out := make([]workitem.Item, 0, len(rows))
	for _, r := range rows {
		out = append(out, workitem.Item{Object: r.ID, Path: "/circulars/" + r.ID.String(), Steps: []string{"acknowledgement"},
			Params: fault.Params{"number": r.Number, "subject": r.Subject}})
	}
	return out, err
}
