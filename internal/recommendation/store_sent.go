package recommendation

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Sent is what the body that recommended may know of it while no case was opened
// because of it.
type Sent struct {
	ID       id.ID
	Tenant   int32
	Number   string
	State    State
	Received day.Day
	Closed   *day.Day
	Updated  time.Time
	Version  int32
}

// SentFilter narrows a list of what a body recommended.
type SentFilter struct {
	Number       string
	UpdatedSince *time.Time
	After        []string // the instant and the identifier of the last one seen
	Limit        int
}

// sentBy are the recommendations of a body that led to no case yet. It starts
// from the body and not from visible, which keeps persons away.
func sentBy(tx *db.Tx, organisation id.ID) *gorm.DB {
	return tx.From("recommendation").Where("recommendation.organisation_id = ?", organisation).
		Where(`NOT EXISTS (SELECT FROM recommendation_case c WHERE c.tenant_id = recommendation.tenant_id AND c.recommendation_id = recommendation.id)`)
}

// SentByTx lists what a body recommended and led to no case yet, least recently
// changed first.
func SentByTx(tx *db.Tx, organisation id.ID, f SentFilter) ([]Sent, error) {
	q := sentBy(tx, organisation)
	if f.Number != "" {
		q = q.Where("recommendation.number_key = ?", canon.Number(f.Number))
	}
	if f.UpdatedSince != nil {
		q = q.Where("recommendation.updated_at >= ?", *f.UpdatedSince)
	}
	if f.After != nil {
		q = q.Where("(recommendation.updated_at, recommendation.id) > (?, ?)", f.After[0], f.After[1])
	}
	var rows []row
	if err := q.Order("recommendation.updated_at, recommendation.id").Limit(f.Limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Sent, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.sent())
	}
	return out, nil
}

// SentTx finds one recommendation of a body that led to no case yet.
func SentTx(tx *db.Tx, organisation, rid id.ID) (Sent, error) {
	var r row
	err := db.First(sentBy(tx, organisation).Where("recommendation.id = ?", rid), &r)
	return r.sent(), err
}

func (r row) sent() Sent {
	return Sent{ID: r.ID, Tenant: r.TenantID, Number: r.Number, State: State(r.State), Received: r.ReceivedOn, Closed: r.ClosedOn,
		Updated: r.UpdatedAt, Version: r.Version}
}
