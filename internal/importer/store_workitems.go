package importer

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/workitem"
)

// waitingForApplication are the imports that were compared and wait for a
// person.
func waitingForApplication(tx *db.Tx, q workitem.Question) ([]Import, error) {
	behind, order, named := q.Behind("CAST(NULL AS date)", "import.id")
	var rows []row
	err := tx.From("import").Where("state = ? AND expired_at IS NULL", Ready).Where(behind, named).Order(order).Limit(q.Limit).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return db.Each(rows, row.load)
}
