package casefile

import (
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// handlerOf is the account that handles a case.
const handlerOf = `SELECT c.handler_account_id AS account_id FROM casefile c WHERE c.tenant_id IN @tenants AND c.id = @object`

// noticed are those of the cases that the caller may handle.
func noticed(tx *db.Tx, cases []id.ID) (map[id.ID]fault.Params, error) {
	var found []id.ID
	err := handled(tx).Select("casefile.id").Where("casefile.id IN ?", cases).Scan(&found).Error
	return notify.Some(found, err)
}
