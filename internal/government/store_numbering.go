package government

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type numberingRow struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	LetterKind     string    `gorm:"column:letter_kind"`
	Pattern        string    `gorm:"column:pattern"`
	Classification string    `gorm:"column:classification"`
	Unit           string    `gorm:"column:unit"`
	Version        int32     `gorm:"column:version"`
	UpdatedAt      time.Time `gorm:"column:updated_at"`
}

// countedRow is a rule with the last serial of a year.
type countedRow struct {
	Own  numberingRow `gorm:"embedded"`
	Last int32        `gorm:"column:last"`
}

func (r countedRow) numbering(year int) Numbering {
	o := r.Own
	return Numbering{ID: o.ID, Kind: LetterKind(o.LetterKind), Pattern: o.Pattern, Classification: o.Classification, Unit: o.Unit, Year: year, Last: r.Last, Version: o.Version}
}

func insertNumbering(tx *db.Tx, tenant int32, all []Numbering) error {
	rows := make([]numberingRow, 0, len(all))
	for _, n := range all {
		rows = append(rows, numberingRow{TenantID: tenant, ID: tx.NewID(), LetterKind: string(n.Kind), Pattern: n.Pattern, Classification: n.Classification, Unit: n.Unit,
			Version: n.Version, UpdatedAt: tx.Now()})
	}
	return tx.Insert("government_numbering", &rows)
}

// counted are the rules with what was counted in a year.
func counted(tx *db.Tx, year int) *gorm.DB {
	return tx.From("government_numbering").
		Joins("LEFT JOIN government_serial s ON s.tenant_id = government_numbering.tenant_id AND s.letter_kind = government_numbering.letter_kind AND s.year = ?", year).
		Select("government_numbering.*, coalesce(s.last, 0) AS last")
}

func listNumbering(tx *db.Tx, on day.Day) ([]Numbering, error) {
	var rows []countedRow
	if err := counted(tx, on.Year()).Order("government_numbering.letter_kind").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Numbering, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.numbering(on.Year()))
	}
	return out, nil
}

func numberingByID(tx *db.Tx, nid id.ID, on day.Day, lock bool) (Numbering, error) {
	q := counted(tx, on.Year()).Where("government_numbering.id = ?", nid)
	if lock {
		q = q.Clauses(db.ForUpdate("government_numbering"))
	}
	var r countedRow
	if err := db.First(q, &r); err != nil {
		return Numbering{}, err
	}
	return r.numbering(on.Year()), tx.Match(r.Own.ID, r.Own.Version, lock)
}

func numberingOf(tx *db.Tx, kind LetterKind) (Numbering, error) {
	var r numberingRow
	err := db.First(tx.From("government_numbering").Where("letter_kind = ?", kind), &r)
	return countedRow{Own: r}.numbering(0), err
}

func updateNumbering(tx *db.Tx, n Numbering) error {
	return db.Changed(tx.From("government_numbering").Where("id = ?", n.ID).Updates(map[string]any{"pattern": n.Pattern, "classification": n.Classification,
		"unit": n.Unit, "version": n.Version, "updated_at": tx.Now()}))
}

// nextSerial takes the next serial of a year and locks it.
func nextSerial(tx *db.Tx, kind LetterKind, year int) (int32, error) {
	return countOn(tx, kind, year, 1)
}

// lockSerial is the last serial of a year, locked.
func lockSerial(tx *db.Tx, kind LetterKind, year int) (int32, error) {
	return countOn(tx, kind, year, 0)
}

func countOn(tx *db.Tx, kind LetterKind, year, by int) (last int32, err error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return 0, err
	}
	err = tx.SQL(`INSERT INTO government_serial AS s (tenant_id, letter_kind, year, last) VALUES (@tenant, @kind, @year, @by)
		ON CONFLICT (tenant_id, letter_kind, year) DO UPDATE SET last = s.last + @by RETURNING s.last`,
		map[string]any{"tenant": tenant, "kind": kind, "year": year, "by": by}).Scan(&last).Error
	return last, err
}

func setSerial(tx *db.Tx, kind LetterKind, year int, last int32) error {
	return db.Changed(tx.From("government_serial").Where("letter_kind = ? AND year = ?", kind, year).Update("last", last))
}

type numberRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	LetterKind    string    `gorm:"column:letter_kind"`
	Year          int       `gorm:"column:year"`
	Serial        int32     `gorm:"column:serial"`
	Number        string    `gorm:"column:number"`
	DatedOn       day.Day   `gorm:"column:dated_on"`
	Subject       string    `gorm:"column:subject"`
	TakenBy       *id.ID    `gorm:"column:taken_by"`
	TakenAt       time.Time `gorm:"column:taken_at"`
	RecordedLater bool      `gorm:"column:recorded_later"`
}

func insertNumber(tx *db.Tx, n Number) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	return tx.Insert("government_number", &numberRow{TenantID: tenant, ID: n.ID, LetterKind: string(n.Kind), Year: n.Year, Serial: n.Serial, Number: n.Text, DatedOn: n.On,
		Subject: n.Subject, TakenBy: n.By, TakenAt: n.At, RecordedLater: n.RecordedLater})
}

func listNumbers(tx *db.Tx, kind LetterKind, r page.Request) ([]Number, error) {
	q := tx.From("government_number").Where("letter_kind = ?", kind)
	if r.After != nil {
		q = q.Where("(year, serial) < (?::int, ?::int)", r.After[0], r.After[1])
	}
	var rows []numberRow
	if err := q.Order("year DESC, serial DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Number, 0, len(rows))
	for _, o := range rows {
		out = append(out, Number{ID: o.ID, Kind: LetterKind(o.LetterKind), Year: o.Year, Serial: o.Serial, Text: o.Number, On: o.DatedOn, Subject: o.Subject, By: o.TakenBy,
			At: o.TakenAt.UTC(), RecordedLater: o.RecordedLater})
	}
	return out, nil
}
