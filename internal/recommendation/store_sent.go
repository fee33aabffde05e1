package recommendation

import (
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Sent is what the bodies that a recommendation names may know of it while no
// case was opened because of it.
type Sent struct {
	ID       id.ID
	State    State
	Sender   id.ID
	Bodies   []Body
	SBT      string
	Received day.Day
	Closed   *day.Day
	Due      Due
}

// Body is an organisation that a recommendation names, with its number there.
type Body struct {
	Organisation id.ID
	Number       string
}

// waiting are the recommendations that led to no case yet. It does not start
// from visible, which keeps persons away.
func waiting(tx *db.Tx) *gorm.DB {
	return tx.From("recommendation").
		Where(`NOT EXISTS (SELECT FROM recommendation_case c WHERE c.tenant_id = recommendation.tenant_id AND c.recommendation_id = recommendation.id)`)
}

// SentTx finds a recommendation that led to no case yet.
func SentTx(tx *db.Tx, rid id.ID) (Sent, bool, error) {
	var r row
	found, err := db.Found(waiting(tx).Where("recommendation.id = ?", rid), &r)
	return r.sent(), found, err
}

// SentAllTx lists the recommendations that led to no case yet.
func SentAllTx(tx *db.Tx) ([]Sent, error) {
	var rows []row
	err := waiting(tx).Order("recommendation.received_on, recommendation.id").Find(&rows).Error
	out := make([]Sent, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.sent())
	}
	return out, err
}

func (r row) sent() Sent {
	x := r.recommendation()
	s := Sent{ID: x.ID, State: x.State, Sender: x.Organisation, Bodies: []Body{{x.Organisation, x.Number}}, SBT: x.Source.SBT, Received: x.Received,
		Closed: x.Closed, Due: x.Due}
	if of := x.Source.Organisation; of != nil && *of != x.Organisation {
		s.Bodies = append(s.Bodies, Body{*of, x.Source.Number})
	}
	return s
}
