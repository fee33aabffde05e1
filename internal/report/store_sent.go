package report

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Sent is what the body that sent a report may know of it before it is a case:
// its own number and where it stands.
type Sent struct {
	ID       id.ID
	Tenant   int32
	Number   string
	State    State
	Received day.Day
	Updated  day.Day
	Version  int32
}

// SentFilter narrows a list of what a body sent.
type SentFilter struct {
	Number       string
	UpdatedSince *day.Day
	// After is the instant and the identifier of the last one seen; a report
	// has no time of day and stands at the beginning of its day in UTC.
	After []string
	Limit int
}

// At is the instant a report stands at among what has one.
func (s Sent) At() time.Time { return s.Updated.Start(time.UTC) }

// sentBy are the reports of a body that are no case yet. It starts from the body
// and not from visible: the wall keeps persons away, and a body asks for what it
// sent itself.
func sentBy(tx *db.Tx, organisation id.ID) *gorm.DB {
	return tx.From("report").Where("report.organisation_id = ? AND report.state <> ?", organisation, Accepted)
}

// SentByTx lists what a body sent and is no case yet, least recently changed
// first.
func SentByTx(tx *db.Tx, organisation id.ID, f SentFilter) ([]Sent, error) {
	q := sentBy(tx, organisation)
	if f.Number != "" {
		q = q.Where("report.number_key = ?", canon.Number(f.Number))
	}
	if f.UpdatedSince != nil {
		q = q.Where("report.updated_on >= ?", *f.UpdatedSince)
	}
	if f.After != nil {
		q = q.Where("(report.updated_on::timestamp AT TIME ZONE 'UTC', report.id) > (?, ?)", f.After[0], f.After[1])
	}
	var rows []row
	if err := q.Order("report.updated_on, report.id").Limit(f.Limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Sent, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.sent())
	}
	return out, nil
}

// SentTx finds one report that a body sent and that is no case yet.
func SentTx(tx *db.Tx, organisation, rid id.ID) (Sent, error) {
	var r row
	err := db.First(sentBy(tx, organisation).Where("report.id = ?", rid), &r)
	return r.sent(), err
}

func (r row) sent() Sent {
	return Sent{ID: r.ID, Tenant: r.TenantID, Number: r.Number, State: State(r.State), Received: r.ReceivedOn, Updated: r.UpdatedOn, Version: r.Version}
}

// RecusedTx lists the persons who were recused from a report: cases that come
// from it keep them away as well.
func RecusedTx(tx *db.Tx, rid id.ID) ([]id.ID, error) {
	var rows []struct {
		ASNID id.ID `gorm:"column:asn_id"`
	}
	err := tx.From("report_recusal").Select("DISTINCT report_recusal.asn_id").
		Where("report_recusal.report_id = ? AND report_recusal.asn_id IS NOT NULL", rid).Find(&rows).Error
	out := make([]id.ID, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.ASNID)
	}
	return out, err
}
