package webhook

import (
	"github.com/netral-asn/netral/internal/doctor"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// ofPlace are the endpoints that the transaction's place looks after.
const ofPlace = `(e.tenant_id = @place OR CAST(@place AS integer) = CAST(@platform AS integer) AND e.tenant_id IS NULL) AND e.state <> 'ended'`

func placed(tx *db.Tx) (map[string]any, error) {
	tenant, err := tx.Tenant()
	return map[string]any{"place": tenant, "platform": authz.Platform, "most": doctor.Most}, err
}

func disabledEndpoints(tx *db.Tx) (out []id.ID, err error) {
	named, err := placed(tx)
	if err != nil {
		return nil, err
	}
	return out, tx.SQL(`SELECT e.id FROM webhook_endpoint e WHERE `+ofPlace+` AND e.state = 'disabled' ORDER BY e.id LIMIT @most`, named).Scan(&out).Error
}

type dead struct {
	Endpoint id.ID `gorm:"column:endpoint"`
	Dead     int   `gorm:"column:dead"`
}

func deadByEndpoint(tx *db.Tx) (out []dead, err error) {
	named, err := placed(tx)
	if err != nil {
		return nil, err
	}
	return out, tx.SQL(`SELECT e.id AS endpoint, count(*) AS dead FROM webhook_endpoint e JOIN webhook_delivery d ON d.endpoint_id = e.id AND d.state = 'dead'
		WHERE `+ofPlace+` GROUP BY e.id ORDER BY e.id LIMIT @most`, named).Scan(&out).Error
}
