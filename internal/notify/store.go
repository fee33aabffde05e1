package notify

import (
	"crypto/sha256"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

// keptFor is how long notices are kept.
const keptFor = 400 * 24 * time.Hour

type causeRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	ID        id.ID     `gorm:"column:id"`
	Kind      string    `gorm:"column:kind"`
	ObjectID  id.ID     `gorm:"column:object_id"`
	ActorID   *id.ID    `gorm:"column:actor_id"`
	ReleaseAt time.Time `gorm:"column:release_at"`
}

func insertCause(tx *db.Tx, c cause) error {
	return tx.Insert("notice_cause", &causeRow{TenantID: c.Tenant, ID: c.ID, Kind: c.Kind, ObjectID: c.Object, ActorID: c.Actor, ReleaseAt: c.Release})
}

// withCauses lists the governments of the scope with causes whose wait is over.
func withCauses(tx *db.Tx, kinds []string) (out []int32, err error) {
	err = tx.SQL(`SELECT DISTINCT tenant_id FROM notice_cause WHERE tenant_id IN @tenants AND kind IN @kinds AND release_at <= @now ORDER BY tenant_id`,
		map[string]any{"kinds": kinds, "now": tx.Now()}).Scan(&out).Error
	return out, err
}

// takeCause removes the cause that waited longest and that nobody else is at. It
// is chosen apart: a subquery may be run once a row, and would choose again.
func takeCause(tx *db.Tx, kinds []string) (cause, bool, error) {
	var rows []causeRow
	err := tx.SQL(`WITH n AS MATERIALIZED (
			SELECT id, kind FROM notice_cause WHERE tenant_id IN @tenants AND kind IN @kinds AND release_at <= @now
			ORDER BY release_at, id, kind LIMIT 1 FOR UPDATE SKIP LOCKED)
		DELETE FROM notice_cause c USING n WHERE c.tenant_id IN @tenants AND c.id = n.id AND c.kind = n.kind RETURNING c.*`,
		map[string]any{"kinds": kinds, "now": tx.Now()}).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return cause{}, false, err
	}
	r := rows[0]
	return cause{Tenant: r.TenantID, ID: r.ID, Kind: r.Kind, Object: r.ObjectID, Actor: r.ActorID, Release: r.ReleaseAt}, true, nil
}

// noticeID follows from what makes a notice one: recipient, cause and kind.
const noticeID = `CAST(encode(substring(sha256(convert_to(concat_ws(' ', CAST(@cause AS uuid), CAST(@kind AS text), w.account_id), 'UTF8')) FROM 1 FOR 16), 'hex') AS uuid)`

// audience is the statement of the accounts that are told.
func (k Kind) audience() string {
	switch {
	case k.People != "":
		return identity.PeopleSQL(k.People)
	case k.Accounts != "":
		return k.Accounts
	}
	return "SELECT h.account_id FROM (" + identity.HoldersSQL(k.Holders) + ") h WHERE h.account_id IS DISTINCT FROM CAST(@actor AS uuid)"
}

// insertNotices tells everybody of a cause who was not told yet. A notice
// carries the time of its telling, never that of the cause (T-03).
func insertNotices(tx *db.Tx, k Kind, c cause, today day.Day) error {
	once := "TRUE"
	if k.Once {
		once = `NOT EXISTS (SELECT FROM notice o WHERE o.tenant_id IN @tenants AND o.object_id = @object AND o.kind = @kind AND o.account_id = w.account_id)`
	}
	_, err := tx.Exec(`INSERT INTO notice (tenant_id, account_id, id, cause_id, kind, object_id, at, updated_at, version)
		SELECT @tenant, w.account_id, `+noticeID+`, @cause, @kind, @object, @now, @now, 1
		FROM (`+k.audience()+`) w WHERE w.account_id IS NOT NULL AND `+once+`
		ON CONFLICT ON CONSTRAINT notice_cause_key DO NOTHING`,
		map[string]any{"tenant": c.Tenant, "cause": c.ID, "kind": k.Name, "object": c.Object, "actor": c.Actor, "now": tx.Now(), "today": today})
	return err
}

// reminderID is the cause that an object's day is, the same at every sweep.
func reminderID(r Reminder) (out id.ID) {
	sum := sha256.Sum256([]byte(r.Object.String() + " " + r.Day.String()))
	copy(out[:], sum[:])
	return out
}

// forget drops notices told before an instant.
func forget(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM notice WHERE tenant_id IN @tenants AND at < @before`, map[string]any{"before": before})
	return err
}

type noticeRow struct {
	TenantID int32      `gorm:"column:tenant_id"`
	ID       id.ID      `gorm:"column:id"`
	Kind     string     `gorm:"column:kind"`
	ObjectID id.ID      `gorm:"column:object_id"`
	At       time.Time  `gorm:"column:at"`
	ReadAt   *time.Time `gorm:"column:read_at"`
	Version  int32      `gorm:"column:version"`
}

func (r noticeRow) notice() Notice {
	return Notice{Tenant: r.TenantID, ID: r.ID, Kind: r.Kind, Object: r.ObjectID, At: r.At.UTC(), Read: r.ReadAt, Version: r.Version}
}

func of(tx *db.Tx, account id.ID) *gorm.DB { return tx.From("notice").Where("account_id = ?", account) }

// key is the sort key of a notice in a cursor.
func key(n Notice) []string { return []string{n.At.Format(time.RFC3339Nano), n.ID.String()} }

// list reads at most n notices of an account behind a place, newest first.
func list(tx *db.Tx, account id.ID, f Filter, after []string, n int) ([]Notice, error) {
	q := of(tx, account)
	if f.Unread {
		q = q.Where("read_at IS NULL")
	}
	if f.UpdatedSince != nil {
		q = q.Where("updated_at >= ?", *f.UpdatedSince)
	}
	if after != nil {
		at, err := time.Parse(time.RFC3339Nano, after[0])
		if err != nil {
			return nil, page.ForeignCursor()
		}
		nid, err := id.Parse(after[1])
		if err != nil {
			return nil, page.ForeignCursor()
		}
		q = q.Where("(at, id) < (?, ?)", at, nid)
	}
	var rows []noticeRow
	err := q.Order("at DESC, id DESC").Limit(n).Find(&rows).Error
	out := make([]Notice, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.notice())
	}
	return out, err
}

func find(tx *db.Tx, account, nid id.ID, lock bool) (Notice, error) {
	q := of(tx, account).Where("id = ?", nid)
	if lock {
		q = q.Clauses(db.ForUpdate("notice"))
	}
	var r noticeRow
	err := db.First(q, &r)
	return r.notice(), err
}

// findAll reads those of an account's notices that are there still.
func findAll(tx *db.Tx, account id.ID, ids []id.ID) ([]Notice, error) {
	var rows []noticeRow
	err := of(tx, account).Where("id IN ?", ids).Order("at, id").Find(&rows).Error
	out := make([]Notice, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.notice())
	}
	return out, err
}

func markRead(tx *db.Tx, account id.ID, n Notice) error {
	return db.Changed(of(tx, account).Where("id = ?", n.ID).Updates(map[string]any{"read_at": n.Read, "updated_at": tx.Now(), "version": n.Version}))
}

// markAllRead reads all up to a notice in the order of the list.
func markAllRead(tx *db.Tx, account id.ID, upTo Notice) error {
	return of(tx, account).Where("read_at IS NULL AND (at, id) <= (?, ?)", upTo.At, upTo.ID).
		Updates(map[string]any{"read_at": tx.Now(), "updated_at": tx.Now(), "version": gorm.Expr("version + 1")}).Error
}
