package report

import (
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/notify"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// handlerOf is the officer in charge.
const handlerOf = `SELECT r.handler_asn_id FROM report r WHERE r.tenant_id IN @tenants AND r.id = @object`

// noticed are those of the reports that the caller may know of today.
func noticed(tx *db.Tx, reports []id.ID) (map[id.ID]fault.Params, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	var found []id.ID
	err = visible(tx, today).Where("report.id IN ?", reports).Pluck("report.id", &found).Error
	return notify.Some(found, err)
}
