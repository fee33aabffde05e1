package government

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type mandateRow struct {
	TenantID      int32           `gorm:"column:tenant_id"`
	ID            id.ID           `gorm:"column:id"`
	Office        string          `gorm:"column:office"`
	HolderKind    string          `gorm:"column:holder_kind"`
	HolderName    string          `gorm:"column:holder_name"`
	HolderASNID   *id.ID          `gorm:"column:holder_asn_id"`
	HolderUserID  *id.ID          `gorm:"column:holder_user_id"`
	Title         string          `gorm:"column:title"`
	Basis         string          `gorm:"column:basis"`
	DelegatesID   *id.ID          `gorm:"column:delegates_id"`
	Powers        json.RawMessage `gorm:"column:powers"`
	ValidFrom     day.Day         `gorm:"column:valid_from"`
	ValidUntil    *day.Day        `gorm:"column:valid_until"`
	RecordedLater bool            `gorm:"column:recorded_later"`
	Version       int32           `gorm:"column:version"`
	CreatedAt     time.Time       `gorm:"column:created_at"`
}

func (r mandateRow) mandate() (Mandate, error) {
	m := Mandate{ID: r.ID, Office: Office(r.Office), HolderKind: HolderKind(r.HolderKind), HolderName: r.HolderName,
		HolderASN: r.HolderASNID, HolderUser: r.HolderUserID, Title: r.Title, Basis: r.Basis, Delegates: r.DelegatesID,
		From: r.ValidFrom, Until: r.ValidUntil, RecordedLater: r.RecordedLater, Version: r.Version}
	return m, json.Unmarshal(r.Powers, &m.Powers)
}

func mandates(rows []mandateRow) ([]Mandate, error) {
	return db.Each(rows, mandateRow.mandate)
}

// MandateFilter narrows a list of mandates.
type MandateFilter struct {
	Office Office
	On     *day.Day
}

func listMandates(tx *db.Tx, f MandateFilter, r page.Request) ([]Mandate, error) {
	q := tx.From("mandate")
	if f.Office != "" {
		q = q.Where("office = ?", f.Office)
	}
	if f.On != nil {
		q = q.Where("valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", *f.On, *f.On)
	}
	if r.After != nil {
		q = q.Where("(valid_from, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []mandateRow
	if err := q.Order("valid_from DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return mandates(rows)
}

func mandatesOf(tx *db.Tx, office Office) ([]Mandate, error) {
	var rows []mandateRow
	if err := tx.From("mandate").Where("office = ?", office).Order("valid_from, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return mandates(rows)
}

func findMandate(tx *db.Tx, mid id.ID, lock bool) (Mandate, error) {
	q := tx.From("mandate").Where("id = ?", mid)
	if lock {
		q = q.Clauses(db.ForUpdate("mandate"))
	}
	var row mandateRow
	if err := db.First(q, &row); err != nil {
		return Mandate{}, err
	}
	if err := tx.Match(row.ID, row.Version, lock); err != nil {
		return Mandate{}, err
	}
	return row.mandate()
}

func insertMandate(tx *db.Tx, tenant int32, m Mandate) error {
	powers, err := json.Marshal(m.Powers)
	if err != nil {
		return err
	}
	return tx.Insert("mandate", &mandateRow{TenantID: tenant, ID: m.ID, Office: string(m.Office), HolderKind: string(m.HolderKind),
		HolderName: m.HolderName, HolderASNID: m.HolderASN, HolderUserID: m.HolderUser, Title: m.Title, Basis: m.Basis,
		DelegatesID: m.Delegates, Powers: powers, ValidFrom: m.From, ValidUntil: m.Until, RecordedLater: m.RecordedLater,
		Version: m.Version, CreatedAt: tx.Now()})
}

func updateMandateEnd(tx *db.Tx, m Mandate) error {
	return db.Changed(tx.From("mandate").Where("id = ?", m.ID).
		Updates(map[string]any{"valid_until": m.Until, "version": m.Version}))
}

// HolderMergedTx follows a person whose record was joined to another: mandates
// name the one that stays.
func HolderMergedTx(tx *db.Tx, goes, stays id.ID) error {
	return tx.From("mandate").Where("holder_asn_id = ?", goes).Update("holder_asn_id", stays).Error
}
