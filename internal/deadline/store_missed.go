package deadline

import (
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type missedRow struct {
	ID         id.ID    `gorm:"column:id"`
	DeadlineID id.ID    `gorm:"column:deadline_id"`
	ObjectKind string   `gorm:"column:object_kind"`
	ObjectID   id.ID    `gorm:"column:object_id"`
	Rule       string   `gorm:"column:rule"`
	FromOn     day.Day  `gorm:"column:from_on"`
	DueOn      day.Day  `gorm:"column:due_on"`
	MustAct    string   `gorm:"column:must_act"`
	MandateID  *id.ID   `gorm:"column:mandate_id"`
	FoundOn    day.Day  `gorm:"column:found_on"`
	EndedOn    *day.Day `gorm:"column:ended_on"`
}

func (r missedRow) missed(today day.Day) Missed {
	return Missed{ID: r.ID, Clock: r.DeadlineID, Object: Object{Kind(r.ObjectKind), r.ObjectID}, Rule: r.Rule, From: r.FromOn, Due: r.DueOn,
		MustAct: catalog.Party(r.MustAct), Mandate: r.MandateID, Found: r.FoundOn, Done: r.EndedOn, Today: today}
}

// insertMissed adds the fact; false says that it stands already.
func insertMissed(tx *db.Tx, m Missed) (bool, error) {
	tenant, err := tx.Tenant()
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`INSERT INTO deadline_missed (tenant_id, id, deadline_id, object_kind, object_id, rule, from_on, due_on, must_act, mandate_id, found_on)
		VALUES (@tenant, @id, @clock, @kind, @object, @rule, @from, @due, @who, @mandate, @found)
		ON CONFLICT ON CONSTRAINT deadline_missed_day_key DO NOTHING`,
		map[string]any{"tenant": tenant, "id": m.ID, "clock": m.Clock, "kind": m.Object.Kind, "object": m.Object.ID, "rule": m.Rule, "from": m.From, "due": m.Due,
			"who": m.MustAct, "mandate": m.Mandate, "found": m.Found})
	return n == 1, err
}

// missed is every fact of the government, with the day on which its clock ended.
func missed(tx *db.Tx) *gorm.DB {
	return tx.From("deadline_missed").Select("deadline_missed.*, d.ended_on").
		Joins("JOIN deadline d ON d.tenant_id = deadline_missed.tenant_id AND d.id = deadline_missed.deadline_id")
}

func missedRows(q *gorm.DB, today day.Day) ([]Missed, error) {
	var rows []missedRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(r missedRow) (Missed, error) { return r.missed(today), nil })
}

// CountMissedTx counts the facts of some objects, for read models.
func CountMissedTx(tx *db.Tx, objects ...id.ID) (int32, error) {
	var n int64
	err := tx.From("deadline_missed").Where("object_id IN ?", objects).Count(&n).Error
	return int32(n), err
}

func listMissed(tx *db.Tx, o Owner, f MissedFilter, r page.Request, today day.Day) ([]Missed, error) {
	visible, err := o.Visible(tx)
	if err != nil {
		return nil, err
	}
	q := missed(tx).Where("deadline_missed.object_kind = ? AND deadline_missed.object_id IN (?)", o.Kind, visible)
	if f.Object != nil {
		q = q.Where("deadline_missed.object_id = ?", *f.Object)
	}
	if f.MustAct != "" {
		q = q.Where("deadline_missed.must_act = ?", f.MustAct)
	}
	if f.Open {
		q = q.Where("d.ended_on IS NULL")
	}
	if r.After != nil {
		q = q.Where("(deadline_missed.due_on, deadline_missed.id) > (?, ?)", r.After[0], r.After[1])
	}
	return missedRows(q.Order("deadline_missed.due_on, deadline_missed.id").Limit(r.Limit+1), today)
}
