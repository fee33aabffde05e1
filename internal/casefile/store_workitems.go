package casefile

import (
	"strings"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Which cases wait for the caller.
const (
	assignedToCaller = `casefile.state <> 'closed' AND casefile.handler_account_id = @account`
	callerExamines   = `casefile.state IN ('registered', 'summoned') AND casefile.superior_id IN ` + mine
	awaitsDecision   = `casefile.state = 'recommended'`
)

// waiting are the cases, among those the caller may take a step in, that wait
// for the caller.
func waiting(tx *db.Tx, v *seal.Master, which string) ([]Case, error) {
	q := handled(tx)
	if strings.Contains(which, "@") { // gorm hands values to a condition that names none
		named := viewer(tx)
		named["account"] = tx.Scope().Principal().ID
		q = q.Where(which, named)
	} else {
		q = q.Where(which)
	}
	var rows []row
	if err := q.Order("casefile.id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(r row) (Case, error) { return r.toCase(v) })
}
