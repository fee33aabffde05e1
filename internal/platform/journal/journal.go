// Package journal is the append-only history of every change: audit trail now,
// outbox and log for the feeds that stand on it. A write that notes nothing
// does not commit (package db).
package journal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Entry says what was done to what.
type Entry struct {
	// Action is `noun.past_participle`, for instance "government.updated".
	Action string
	// Object and ObjectID name the resource.
	Object   string
	ObjectID id.ID
	// Details hold ids, codes and names of fields; never persons, texts or
	// secrets (T-47).
	Details map[string]any
}

type row struct {
	TenantID   int32           `gorm:"column:tenant_id"`
	ID         id.ID           `gorm:"column:id"`
	At         time.Time       `gorm:"column:at"`
	ActorKind  string          `gorm:"column:actor_kind"`
	ActorID    *id.ID          `gorm:"column:actor_id"`
	Action     string          `gorm:"column:action"`
	ObjectKind string          `gorm:"column:object_kind"`
	ObjectID   id.ID           `gorm:"column:object_id"`
	Details    json.RawMessage `gorm:"column:details"`
}

// Note writes entries into the journal of the transaction's government. What
// the public sends carries the day only, and an id that tells no order (T-03).
func Note(tx *db.Tx, entries ...Entry) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	p := tx.Scope().Principal()
	rows := make([]row, 0, len(entries))
	notes := make([]db.Noted, 0, len(entries))
	for _, e := range entries {
		notes = append(notes, db.Noted{Tenant: tenant, Action: e.Action, Object: e.Object, ObjectID: e.ObjectID})
		r, err := newRow(tx, tenant, p, e)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	if err := tx.Insert("journal", &rows); err != nil {
		return fmt.Errorf("note in the journal: %w", err)
	}
	tx.MarkNoted(notes...)
	return nil
}

// Routine marks a write that changes nothing anybody is accountable for: a
// failed attempt counted, a refresh token turned, a key looked after. Without it
// such writes would drown what the journal is for.
func Routine(tx *db.Tx) { tx.MarkNoted() }

func newRow(tx *db.Tx, tenant int32, p authz.Principal, e Entry) (row, error) {
	if e.Details == nil {
		e.Details = map[string]any{}
	}
	details, err := json.Marshal(e.Details)
	if err != nil {
		return row{}, fmt.Errorf("journal details of %s: %w", e.Action, err)
	}
	r := row{TenantID: tenant, ID: tx.NewID(), At: tx.Now(), ActorKind: string(p.Kind), Action: e.Action,
		ObjectKind: e.Object, ObjectID: e.ObjectID, Details: details}
	if p.Kind == authz.Anyone {
		r.ID, r.At = tx.NewUnorderedID(), tx.Now().Truncate(24*time.Hour)
	}
	if p.ID != id.Nil {
		r.ActorID = &p.ID
	}
	return r, nil
}
