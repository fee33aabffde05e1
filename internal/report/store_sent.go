package report

import (
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Sent is what the bodies that a report names may know of it: their own numbers
// and where it stands.
type Sent struct {
	ID          id.ID
	State       State
	Bodies      []Body
	SBT         string
	Receipt     string
	Received    day.Day
	Updated     day.Day
	DuplicateOf *id.ID
	// ReferredTo is the body it was passed on to; nil when that has no row.
	ReferredTo *id.ID
}

// Body is an organisation that a report names, with its number there.
type Body struct {
	Organisation id.ID
	Number       string
}

// naming are the reports that name a body. It starts from the bodies and not
// from visible: the wall keeps persons away, and a body asks for what is its own.
func naming(tx *db.Tx) *gorm.DB {
	return tx.From("report").Where("(report.organisation_id IS NOT NULL OR report.source_organisation_id IS NOT NULL)")
}

// SentTx finds what the bodies may know of a report; found is false when it
// names none.
func SentTx(tx *db.Tx, rid id.ID) (s Sent, found bool, err error) {
	var r row
	if found, err = db.Found(naming(tx).Where("report.id = ?", rid), &r); err != nil || !found {
		return s, found, err
	}
	today, err := government.TodayTx(tx)
	if err != nil {
		return s, true, err
	}
	s, err = sent(tx, r, today)
	return s, true, err
}

// SentDuplicatesTx lists the reports that repeat another one and name a body.
func SentDuplicatesTx(tx *db.Tx, of id.ID) ([]Sent, error) {
	return listSent(tx, naming(tx).Where("report.duplicate_of = ? AND report.state = ?", of, Duplicate))
}

// SentAllTx lists every report that names a body.
func SentAllTx(tx *db.Tx) ([]Sent, error) { return listSent(tx, naming(tx)) }

func listSent(tx *db.Tx, q *gorm.DB) ([]Sent, error) {
	today, err := government.TodayTx(tx)
	if err != nil {
		return nil, err
	}
	var rows []row
	if err := q.Order("report.received_on, report.id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(r row) (Sent, error) { return sent(tx, r, today) })
}

func sent(tx *db.Tx, r row, today day.Day) (Sent, error) {
	one, err := r.report(today)
	if err != nil {
		return Sent{}, err
	}
	s := Sent{ID: one.ID, State: one.State, SBT: one.Source.SBT, Receipt: one.Source.Receipt, Received: one.Received, Updated: one.Updated, DuplicateOf: one.DuplicateOf}
	if one.Organisation != nil {
		s.Bodies = append(s.Bodies, Body{*one.Organisation, one.Number})
	}
	if one.Source.Organisation != nil && (one.Organisation == nil || *one.Source.Organisation != *one.Organisation) {
		s.Bodies = append(s.Bodies, Body{*one.Source.Organisation, one.Source.Number})
	}
	if s.State != Referred {
		return s, nil
	}
	var to stepRow
	_, err = db.Found(tx.From("report_step").Where("report_id = ? AND action = ?", s.ID, Referral).Order("no DESC").Limit(1), &to)
	s.ReferredTo = to.OrganisationID
	return s, err
}

// ReceiptTx is the number under which a report was acknowledged, empty for one
// that did not come over the API.
func ReceiptTx(tx *db.Tx, rid id.ID) (string, error) {
	var r row
	err := db.First(tx.From("report").Where("report.id = ?", rid), &r)
	return r.ReceiptNumber, err
}

// StateTx is where a report stands, whoever may see it: for the reports that
// repeat it.
func StateTx(tx *db.Tx, rid id.ID) (State, *id.ID, error) {
	var r row
	err := db.First(tx.From("report").Where("report.id = ?", rid), &r)
	return State(r.State), r.DuplicateOf, err
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
