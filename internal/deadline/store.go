package deadline

import (
	"encoding/json"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID   int32           `gorm:"column:tenant_id"`
	ID         id.ID           `gorm:"column:id"`
	ObjectKind string          `gorm:"column:object_kind"`
	ObjectID   id.ID           `gorm:"column:object_id"`
	Rule       string          `gorm:"column:rule"`
	FromOn     day.Day         `gorm:"column:from_on"`
	Extensions json.RawMessage `gorm:"column:extensions"`
	Pauses     json.RawMessage `gorm:"column:pauses"`
	SetOn      *day.Day        `gorm:"column:set_on"`
	ComputedOn *day.Day        `gorm:"column:computed_on"`
	DueOn      *day.Day        `gorm:"column:due_on"`
	Level      string          `gorm:"column:level"`
	EndedOn    *day.Day        `gorm:"column:ended_on"`
	Version    int32           `gorm:"column:version"`
}

func (r row) clock() (Clock, error) {
	k := Clock{ID: r.ID, Object: Object{Kind(r.ObjectKind), r.ObjectID}, Rule: r.Rule, From: r.FromOn, Set: r.SetOn, Computed: r.ComputedOn, Due: r.DueOn,
		Level: Level(r.Level), Ended: r.EndedOn, Version: r.Version}
	if err := json.Unmarshal(r.Extensions, &k.Extensions); err != nil {
		return k, err
	}
	return k, json.Unmarshal(r.Pauses, &k.Pauses)
}

func toRow(tenant int32, k Clock) (row, error) {
	r := row{TenantID: tenant, ID: k.ID, ObjectKind: string(k.Object.Kind), ObjectID: k.Object.ID, Rule: k.Rule, FromOn: k.From, SetOn: k.Set, ComputedOn: k.Computed, DueOn: k.Due,
		Level: string(k.Level), EndedOn: k.Ended, Version: k.Version}
	if k.Extensions == nil {
		k.Extensions = []Extension{}
	}
	if k.Pauses == nil {
		k.Pauses = []Pause{}
	}
	var err error
	if r.Extensions, err = json.Marshal(k.Extensions); err != nil {
		return r, err
	}
	r.Pauses, err = json.Marshal(k.Pauses)
	return r, err
}

// RunningJSON is the column of an object's running clocks for the statement of
// a list, so that a page takes one statement: a JSON list as Clock reads it.
func RunningJSON(k Kind, table string) string {
	return `(SELECT coalesce(json_agg(json_build_object('id', d.id, 'rule', d.rule, 'from', d.from_on, 'extensions', d.extensions, 'pauses', d.pauses,
		'set', d.set_on, 'computed', d.computed_on, 'due', d.due_on, 'level', d.level, 'version', d.version) ORDER BY d.from_on, d.rule), '[]')
		FROM deadline d WHERE d.tenant_id = ` + table + `.tenant_id AND d.object_kind = '` + string(k) + `' AND d.object_id = ` + table + `.id AND d.ended_on IS NULL)`
}

func clocks(q *gorm.DB) ([]Clock, error) {
	var rows []row
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Clock, 0, len(rows))
	for _, r := range rows {
		k, err := r.clock()
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func runningOf(tx *db.Tx, o Object) ([]Clock, error) {
	return clocks(tx.From("deadline").Where("object_kind = ? AND object_id = ? AND ended_on IS NULL", o.Kind, o.ID).Order("from_on, rule"))
}

// allRunning are the running clocks of the government.
func allRunning(tx *db.Tx) ([]Clock, error) {
	return clocks(tx.From("deadline").Where("ended_on IS NULL").Order("id"))
}

func insert(tx *db.Tx, k Clock) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	r, err := toRow(tenant, k)
	if err != nil {
		return err
	}
	return tx.Insert("deadline", &r)
}

func end(tx *db.Tx, k Clock, on day.Day) error {
	return db.Changed(tx.From("deadline").Where("id = ? AND ended_on IS NULL", k.ID).Updates(map[string]any{"ended_on": on, "version": k.Version + 1}))
}

// save writes a clock whose version was raised; false says that somebody else
// changed it meanwhile.
func save(tx *db.Tx, k Clock) (bool, error) {
	r, err := toRow(0, k)
	if err != nil {
		return false, err
	}
	done := tx.From("deadline").Where("id = ? AND version = ? AND ended_on IS NULL", k.ID, k.Version-1).
		Select("extensions", "pauses", "set_on", "computed_on", "due_on", "level", "version").Updates(&r)
	return done.RowsAffected == 1, done.Error
}

// Owner is what has clocks: how the list tells whose they are.
type Owner struct {
	Kind Kind
	// Path is where the object is read, below the base of the API.
	Path string
	// Read is the permission to see the object, and Visible the statement of the
	// identifiers of those that the caller may see.
	Read    authz.Permission
	Visible func(*db.Tx) (*gorm.DB, error)
	// Taken writes a step on a clock into the object's own history, under the
	// object's lock; nil where the journal is enough.
	Taken func(*db.Tx, id.ID, Change) error
	// Moved tells that a clock came to another day; nil where nobody keeps it.
	Moved func(*db.Tx, Running) error
}

// Filter narrows the list.
type Filter struct {
	Kind Kind
	// Level is the lowest one; empty is all.
	Level  Level
	Object *id.ID
}

// list gives running clocks of the objects that one kind's owner lets through.
func list(tx *db.Tx, o Owner, f Filter, r page.Request) ([]Clock, error) {
	visible, err := o.Visible(tx)
	if err != nil {
		return nil, err
	}
	q := tx.From("deadline").Where("deadline.object_kind = ? AND deadline.ended_on IS NULL AND deadline.due_on IS NOT NULL", o.Kind).
		Where("deadline.object_id IN (?)", visible)
	if f.Level != "" {
		q = q.Where("deadline.level IN ?", atLeast(f.Level))
	}
	if f.Object != nil {
		q = q.Where("deadline.object_id = ?", *f.Object)
	}
	if r.After != nil {
		q = q.Where("(deadline.due_on, deadline.id) > (?, ?)", r.After[0], r.After[1])
	}
	return clocks(q.Order("deadline.due_on, deadline.id").Limit(r.Limit + 1))
}

// find reads a clock, whoever may see its object.
func find(tx *db.Tx, did id.ID) (Clock, error) {
	var r row
	if err := db.First(tx.From("deadline").Where("deadline.id = ?", did), &r); err != nil {
		return Clock{}, err
	}
	return r.clock()
}

// shows reports whether the caller may see an object.
func shows(tx *db.Tx, o Owner, object id.ID) (bool, error) {
	visible, err := o.Visible(tx)
	if err != nil {
		return false, err
	}
	var x struct {
		ID id.ID `gorm:"column:id"`
	}
	return db.Found(tx.From("deadline").Select("deadline.id").Where("deadline.object_id = ? AND deadline.object_id IN (?)", object, visible).Limit(1), &x)
}

// Seen makes an owner's statement out of one that cannot fail.
func Seen(visible func(*db.Tx) *gorm.DB) func(*db.Tx) (*gorm.DB, error) {
	return func(tx *db.Tx) (*gorm.DB, error) { return visible(tx), nil }
}
