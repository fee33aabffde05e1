package circular

import (
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
)

const addresseesOf = `SELECT a.asn_id FROM circular_addressee a WHERE a.tenant_id IN @tenants AND a.circular_id = @object`

// noticed are those of the circulars that the caller may see.
func noticed(tx *db.Tx, circulars []id.ID) (map[id.ID]fault.Params, error) {
	var rows []struct {
		ID      id.ID   `gorm:"column:id"`
		Number  *string `gorm:"column:number"`
		Subject string  `gorm:"column:subject"`
	}
	err := visible(tx).Select("circular.id, circular.number, circular.subject").Where("circular.id IN ?", circulars).Find(&rows).Error
	out := make(map[id.ID]fault.Params, len(rows))
	for _, r := range rows {
		out[r.ID] = fault.Params{"number": opt.Value(r.Number), "subject": r.Subject}
	}
	return out, err
}
