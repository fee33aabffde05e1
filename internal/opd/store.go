package opd

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID    int32     `gorm:"column:tenant_id"`
	ID          id.ID     `gorm:"column:id"`
	Code        string    `gorm:"column:code"`
	Name        string    `gorm:"column:name"`
	Type        string    `gorm:"column:type"`
	ParentID    *id.ID    `gorm:"column:parent_id"`
	Path        string    `gorm:"column:path"`
	ValidFrom   day.Day   `gorm:"column:valid_from"`
	ValidUntil  *day.Day  `gorm:"column:valid_until"`
	SuccessorID *id.ID    `gorm:"column:successor_id"`
	Version     int32     `gorm:"column:version"`
	CreatedAt   time.Time `gorm:"column:created_at"`
}

func (r row) unit() Unit {
	return Unit{ID: r.ID, Code: r.Code, Name: r.Name, Type: r.Type, Parent: r.ParentID, From: r.ValidFrom, Until: r.ValidUntil,
		Successor: r.SuccessorID, Version: r.Version, path: r.Path}
}

// Filter narrows a list of units.
type Filter struct {
	Parent *id.ID
	Root   *id.ID
	Type   string
	On     *day.Day
}

// list reads units by name. The tree of a past day takes names and parents from
// the last change up to that day.
func list(tx *db.Tx, f Filter, on day.Day, r page.Request) ([]Unit, error) {
	q := tx.ReachOPD(tx.From("opd"), "opd.id").
		Where("opd.valid_from <= ? AND (opd.valid_until IS NULL OR opd.valid_until >= ?)", on, on)
	if f.On != nil {
		q = q.Joins(`JOIN LATERAL (SELECT c.name, c.parent_id FROM opd_change c WHERE c.tenant_id = opd.tenant_id AND c.opd_id = opd.id
			AND c.changed_on <= ? AND c.kind <> 'split' ORDER BY c.changed_on DESC, c.created_at DESC LIMIT 1) past ON TRUE`, on).
			Select("opd.tenant_id, opd.id, opd.code, past.name, opd.type, past.parent_id, opd.path, opd.valid_from, opd.valid_until, opd.successor_id, opd.version, opd.created_at")
	}
	parent, name := "opd.parent_id", "opd.name"
	if f.On != nil {
		parent, name = "past.parent_id", "past.name"
	}
	if f.Parent != nil {
		q = q.Where(parent+" = ?", *f.Parent)
	}
	if f.Root != nil {
		q = q.Where(`opd.id IN (SELECT d.id FROM opd d JOIN opd r ON r.tenant_id = d.tenant_id AND d.path >= r.path AND d.path < r.path || '~'
			WHERE r.tenant_id IN ? AND r.id = ?)`, tx.Scope().Tenants(), *f.Root)
	}
	if f.Type != "" {
		q = q.Where("opd.type = ?", f.Type)
	}
	if r.After != nil {
		q = q.Where("("+name+", opd.id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order(name + ", opd.id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return units(rows), nil
}

func units(rows []row) []Unit {
	out := make([]Unit, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.unit())
	}
	return out
}

func find(tx *db.Tx, oid id.ID, lock bool) (Unit, error) {
	q := tx.ReachOPD(tx.From("opd"), "opd.id").Where("opd.id = ?", oid)
	if lock {
		q = q.Clauses(db.ForUpdate("opd"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Unit{}, err
	}
	return r.unit(), tx.Match(r.ID, r.Version, lock)
}

func all(tx *db.Tx) ([]Unit, error) {
	var rows []row
	err := tx.From("opd").Order("path").Find(&rows).Error
	return units(rows), err
}

func insert(tx *db.Tx, tenant int32, u Unit) error {
	return tx.Insert("opd", &row{TenantID: tenant, ID: u.ID, Code: u.Code, Name: u.Name, Type: u.Type, ParentID: u.Parent, Path: u.path,
		ValidFrom: u.From, ValidUntil: u.Until, SuccessorID: u.Successor, Version: u.Version, CreatedAt: tx.Now()})
}

func update(tx *db.Tx, u Unit) error {
	return db.Changed(tx.From("opd").Where("id = ?", u.ID).Updates(map[string]any{"code": u.Code, "name": u.Name, "type": u.Type,
		"parent_id": u.Parent, "path": u.path, "valid_until": u.Until, "successor_id": u.Successor, "version": u.Version}))
}

// replant moves the subtree from one path to another.
func replant(tx *db.Tx, from, to string) error {
	_, err := tx.Exec(`UPDATE opd SET path = @to || substr(path, @cut) WHERE tenant_id IN @tenants AND path > @from AND path < @from || '~'`,
		map[string]any{"from": from, "to": to, "cut": len(from) + 1})
	return err
}

type changeRow struct {
	TenantID      int32           `gorm:"column:tenant_id"`
	ID            id.ID           `gorm:"column:id"`
	OPDID         id.ID           `gorm:"column:opd_id"`
	Kind          string          `gorm:"column:kind"`
	ChangedOn     day.Day         `gorm:"column:changed_on"`
	Name          string          `gorm:"column:name"`
	ParentID      *id.ID          `gorm:"column:parent_id"`
	RelatedIDs    json.RawMessage `gorm:"column:related_ids"`
	RecordedLater bool            `gorm:"column:recorded_later"`
	CreatedAt     time.Time       `gorm:"column:created_at"`
}

func insertChange(tx *db.Tx, tenant int32, unit id.ID, c Change) error {
	if c.Related == nil {
		c.Related = []id.ID{}
	}
	related, err := json.Marshal(c.Related)
	if err != nil {
		return err
	}
	return tx.Insert("opd_change", &changeRow{TenantID: tenant, ID: tx.NewID(), OPDID: unit, Kind: string(c.Kind), ChangedOn: c.Day, Name: c.Name,
		ParentID: c.Parent, RelatedIDs: related, RecordedLater: c.RecordedLater, CreatedAt: tx.Now()})
}

func history(tx *db.Tx, unit id.ID) ([]Change, error) {
	var rows []changeRow
	if err := tx.From("opd_change").Where("opd_id = ?", unit).Order("changed_on, created_at, id").Limit(1000).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Change, 0, len(rows))
	for _, r := range rows {
		c := Change{Kind: ChangeKind(r.Kind), Day: r.ChangedOn, Name: r.Name, Parent: r.ParentID, RecordedLater: r.RecordedLater}
		if err := json.Unmarshal(r.RelatedIDs, &c.Related); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

type officerRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	OPDID         id.ID     `gorm:"column:opd_id"`
	Office        string    `gorm:"column:office"`
	ASNID         id.ID     `gorm:"column:asn_id"`
	HolderKind    string    `gorm:"column:holder_kind"`
	ValidFrom     day.Day   `gorm:"column:valid_from"`
	ValidUntil    *day.Day  `gorm:"column:valid_until"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Version       int32     `gorm:"column:version"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func (r officerRow) officer() Officer {
	return Officer{ID: r.ID, OPD: r.OPDID, Office: Office(r.Office), ASN: r.ASNID, HolderKind: r.HolderKind, From: r.ValidFrom,
		Until: r.ValidUntil, RecordedLater: r.RecordedLater, Version: r.Version}
}

func listOfficers(tx *db.Tx, unit id.ID, on *day.Day, r *page.Request) ([]Officer, error) {
	q := tx.From("opd_officer").Where("opd_id = ?", unit)
	if on != nil {
		q = q.Where("valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", *on, *on)
	}
	if r != nil {
		if r.After != nil {
			q = q.Where("(valid_from, id) < (?, ?)", r.After[0], r.After[1])
		}
		q = q.Limit(r.Limit + 1)
	}
	var rows []officerRow
	if err := q.Order("valid_from DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Officer, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.officer())
	}
	return out, nil
}

func findOfficer(tx *db.Tx, unit, oid id.ID) (Officer, error) {
	var r officerRow
	err := db.First(tx.From("opd_officer").Where("opd_id = ? AND id = ?", unit, oid).Clauses(db.ForUpdate("opd_officer")), &r)
	return r.officer(), err
}

func insertOfficer(tx *db.Tx, tenant int32, o Officer) error {
	return tx.Insert("opd_officer", &officerRow{TenantID: tenant, ID: o.ID, OPDID: o.OPD, Office: string(o.Office), ASNID: o.ASN, HolderKind: o.HolderKind,
		ValidFrom: o.From, ValidUntil: o.Until, RecordedLater: o.RecordedLater, Version: o.Version, CreatedAt: tx.Now()})
}

func updateOfficerEnd(tx *db.Tx, o Officer) error {
	return db.Changed(tx.From("opd_officer").Where("id = ?", o.ID).Updates(map[string]any{"valid_until": o.Until, "version": o.Version}))
}

// OfficerMergedTx follows a person whose record was joined to another: heads and
// officers of units are the one that stays.
func OfficerMergedTx(tx *db.Tx, goes, stays id.ID) error {
	return tx.From("opd_officer").Where("asn_id = ?", goes).Update("asn_id", stays).Error
}
