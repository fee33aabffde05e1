package history

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type entryRow struct {
	ID         id.ID     `gorm:"column:id"`
	At         time.Time `gorm:"column:at"`
	ActorKind  string    `gorm:"column:actor_kind"`
	ActorID    *id.ID    `gorm:"column:actor_id"`
	Action     string    `gorm:"column:action"`
	ObjectKind string    `gorm:"column:object_kind"`
	ObjectID   id.ID     `gorm:"column:object_id"`
	Fields     string    `gorm:"column:fields"`
}

// list reads a page, newest first.
func list(tx *db.Tx, f Filter, kinds []string, zone *time.Location, r page.Request) ([]Entry, error) {
	q := tx.From("journal").Where("object_kind IN ?", kinds).
		Select("id, at, actor_kind, actor_id, action, object_kind, object_id, CASE WHEN jsonb_typeof(details->'fields') = 'array' THEN details->>'fields' ELSE '[]' END AS fields")
	if f.Object != nil {
		q = q.Where("object_id = ?", *f.Object)
	}
	if f.Actor != nil {
		q = q.Where("actor_id = ?", *f.Actor)
	}
	if f.Action != "" {
		q = q.Where("action = ?", f.Action)
	}
	if f.From != nil {
		q = q.Where("at >= ?", f.From.Start(zone))
	}
	if f.Until != nil {
		q = q.Where("at < ?", f.Until.End(zone))
	}
	if r.After != nil {
		at, err := time.Parse(time.RFC3339Nano, r.After[0])
		eid, idErr := id.Parse(r.After[1])
		if err != nil || idErr != nil {
			return nil, page.ForeignCursor()
		}
		q = q.Where("(at, id) < (?, ?)", at, eid)
	}
	var rows []entryRow
	if err := q.Order("at DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(rows))
	for _, w := range rows {
		e := Entry{ID: w.ID, At: w.At.UTC(), ActorKind: w.ActorKind, Actor: w.ActorID, Action: w.Action, ObjectKind: w.ObjectKind, Object: w.ObjectID}
		if err := json.Unmarshal([]byte(w.Fields), &e.Fields); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}
