package casestatus

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type row struct {
	TenantID         int32     `gorm:"column:tenant_id"`
	ID               id.ID     `gorm:"column:id"`
	OrganisationID   id.ID     `gorm:"column:organisation_id"`
	CaseID           *id.ID    `gorm:"column:case_id"`
	ReportID         *id.ID    `gorm:"column:report_id"`
	RecommendationID *id.ID    `gorm:"column:recommendation_id"`
	GovernmentCode   string    `gorm:"column:government_code"`
	Zone             string    `gorm:"column:zone"`
	OurNumber        string    `gorm:"column:our_number"`
	OurKey           string    `gorm:"column:our_key"`
	ReceiptNumber    string    `gorm:"column:receipt_number"`
	ReceiptKey       string    `gorm:"column:receipt_key"`
	TheirNumber      string    `gorm:"column:their_number"`
	NumberKey        string    `gorm:"column:number_key"`
	SBTNumber        string    `gorm:"column:sbt_number"`
	SBTKey           string    `gorm:"column:sbt_key"`
	Status           string    `gorm:"column:status"`
	StatusSince      day.Day   `gorm:"column:status_since"`
	ReceivedOn       day.Day   `gorm:"column:received_on"`
	RegisteredOn     day.Day   `gorm:"column:registered_on"`
	ClosedOn         day.Day   `gorm:"column:closed_on"`
	WaitsFor         string    `gorm:"column:waits_for"`
	DueOn            day.Day   `gorm:"column:due_on"`
	DueRule          string    `gorm:"column:due_rule"`
	DueConfidence    string    `gorm:"column:due_confidence"`
	Missed           int32     `gorm:"column:missed"`
	Version          int32     `gorm:"column:version"`
	UpdatedAt        time.Time `gorm:"column:updated_at"`
}

// shows is a row without what every change turns: two that show the same are
// one version.
func (r row) shows() row {
	r.ID, r.Version, r.UpdatedAt = id.Nil, 0, time.Time{}
	r.CaseID, r.ReportID, r.RecommendationID = nil, nil, nil
	return r
}

// keyed fills what numbers are looked up by.
func (r row) keyed() row {
	r.OurKey, r.ReceiptKey, r.NumberKey, r.SBTKey = canon.Number(r.OurNumber), canon.Number(r.ReceiptNumber), canon.Number(r.TheirNumber), canon.Number(r.SBTNumber)
	return r
}

// submission narrows to the rows of a report or a recommendation.
func (r row) submission(q *gorm.DB) *gorm.DB {
	if r.ReportID != nil {
		return q.Where("report_id = ?", *r.ReportID)
	}
	return q.Where("recommendation_id = ?", r.RecommendationID)
}

// find reads the row that stands for the same matter: that of the case, else the
// submission's own as long as no case has it.
func find(tx *db.Tx, want row) (have row, found bool, err error) {
	own := func() *gorm.DB { return tx.From("case_status").Where("organisation_id = ?", want.OrganisationID) }
	if want.CaseID != nil {
		if found, err = db.Found(own().Where("case_id = ? AND number_key = ?", *want.CaseID, want.NumberKey), &have); err != nil || found {
			return have, found, err
		}
	}
	if want.ReportID == nil && want.RecommendationID == nil {
		return have, false, nil
	}
	found, err = db.Found(want.submission(own()).Where("case_id IS NULL"), &have)
	return have, found, err
}

// free reports whether no row has an identifier yet.
func free(tx *db.Tx, sid id.ID) (bool, error) {
	var n int64
	err := tx.From("case_status").Where("id = ?", sid).Count(&n).Error
	return n == 0, err
}

func insert(tx *db.Tx, r row) error { return tx.Insert("case_status", &r) }

func update(tx *db.Tx, r row) error {
	return db.Changed(tx.From("case_status").Where("id = ?", r.ID).Select("case_id", "report_id", "recommendation_id", "government_code", "zone", "our_number",
		"our_key", "receipt_number", "receipt_key", "their_number", "number_key", "sbt_number", "sbt_key", "status", "status_since", "received_on",
		"registered_on", "closed_on", "waits_for", "due_on", "due_rule", "due_confidence", "missed", "version", "updated_at").Updates(&r))
}

// touch counts a change for an office and gives its instant, which lies after
// every earlier one of that office in this government: the head's row is locked
// until the commit.
func touch(tx *db.Tx, tenant int32, office id.ID) (at time.Time, err error) {
	err = tx.SQL(`INSERT INTO case_status_head AS h (tenant_id, organisation_id, version, updated_at) VALUES (@tenant, @office, 1, @now)
		ON CONFLICT ON CONSTRAINT case_status_head_pkey
		DO UPDATE SET version = h.version + 1, updated_at = greatest(excluded.updated_at, h.updated_at + interval '1 microsecond')
		RETURNING updated_at`, map[string]any{"tenant": tenant, "office": office, "now": tx.Now()}).Scan(&at).Error
	return at, err
}
