package organisation

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

const table = "organisation"

type row struct {
	ID           id.ID     `gorm:"column:id"`
	Kind         string    `gorm:"column:kind"`
	Level        string    `gorm:"column:level"`
	Name         string    `gorm:"column:name"`
	Abbreviation string    `gorm:"column:abbreviation"`
	RegionCode   string    `gorm:"column:region_code"`
	ValidFrom    day.Day   `gorm:"column:valid_from"`
	ValidUntil   *day.Day  `gorm:"column:valid_until"`
	Version      int32     `gorm:"column:version"`
	CreatedAt    time.Time `gorm:"column:created_at"`
}

func (r row) organisation() Organisation {
	return Organisation{ID: r.ID, Kind: Kind(r.Kind), Level: Level(r.Level), Name: r.Name, Abbreviation: r.Abbreviation,
		RegionCode: r.RegionCode, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil, Version: r.Version}
}

func list(tx *db.Tx, f Filter, r page.Request) ([]Organisation, error) {
	q := tx.Platform(table)
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.RegionCode != nil {
		q = q.Where("region_code = ?", *f.RegionCode)
	}
	if f.On != nil {
		q = q.Where("valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", *f.On, *f.On)
	}
	if r.After != nil {
		q = q.Where("(name, id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("name, id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Organisation, 0, len(rows))
	for _, one := range rows {
		out = append(out, one.organisation())
	}
	return out, nil
}

func find(tx *db.Tx, oid id.ID, lock bool) (Organisation, error) {
	q := tx.Platform(table).Where("id = ?", oid)
	if lock {
		q = q.Clauses(db.ForUpdate(table))
	}
	var one row
	if err := db.First(q, &one); err != nil {
		return Organisation{}, err
	}
	return one.organisation(), tx.Match(one.ID, one.Version, lock)
}

func insert(tx *db.Tx, o Organisation) error {
	return tx.Insert(table, &row{ID: o.ID, Kind: string(o.Kind), Level: string(o.Level), Name: o.Name, Abbreviation: o.Abbreviation,
		RegionCode: o.RegionCode, ValidFrom: o.ValidFrom, ValidUntil: o.ValidUntil, Version: o.Version, CreatedAt: tx.Now()})
}

func update(tx *db.Tx, o Organisation) error {
	return db.Changed(tx.Platform(table).Where("id = ?", o.ID).Updates(map[string]any{
		"name": o.Name, "abbreviation": o.Abbreviation, "valid_until": o.ValidUntil, "version": o.Version}))
}
