package taskforce

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	Name           string    `gorm:"column:name"`
	DecreeNumber   string    `gorm:"column:decree_number"`
	DecreeKey      string    `gorm:"column:decree_key"`
	DecreedOn      day.Day   `gorm:"column:decreed_on"`
	MandateID      *id.ID    `gorm:"column:mandate_id"`
	SignatoryTitle string    `gorm:"column:signatory_title"`
	SignatoryName  string    `gorm:"column:signatory_name"`
	ElectionID     *id.ID    `gorm:"column:election_id"`
	ValidFrom      day.Day   `gorm:"column:valid_from"`
	ValidUntil     *day.Day  `gorm:"column:valid_until"`
	RecordedLater  bool      `gorm:"column:recorded_later"`
	Version        int32     `gorm:"column:version"`
	CreatedAt      time.Time `gorm:"column:created_at"`
}

func (r row) taskForce() TaskForce {
	return TaskForce{ID: r.ID, Name: r.Name, DecreeNumber: r.DecreeNumber, Decreed: r.DecreedOn, Mandate: r.MandateID, SignatoryTitle: r.SignatoryTitle,
		SignatoryName: r.SignatoryName, Election: r.ElectionID, From: r.ValidFrom, Until: r.ValidUntil, RecordedLater: r.RecordedLater, Version: r.Version}
}

// Filter narrows a list of task forces.
type Filter struct {
	On       *day.Day
	Election *id.ID
	Decree   string
}

func list(tx *db.Tx, f Filter, r page.Request) ([]TaskForce, error) {
	q := tx.From("task_force")
	if f.On != nil {
		q = q.Where("valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", *f.On, *f.On)
	}
	if f.Election != nil {
		q = q.Where("election_id = ?", *f.Election)
	}
	if f.Decree != "" {
		q = q.Where("decree_key = ?", canon.Number(f.Decree))
	}
	if r.After != nil {
		q = q.Where("(valid_from, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("valid_from DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]TaskForce, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.taskForce())
	}
	return out, nil
}

func find(tx *db.Tx, fid id.ID, lock bool) (TaskForce, error) {
	q := tx.From("task_force").Where("id = ?", fid)
	if lock {
		q = q.Clauses(db.ForUpdate("task_force"))
	}
	var x row
	if err := db.First(q, &x); err != nil {
		return TaskForce{}, err
	}
	return x.taskForce(), tx.Match(x.ID, x.Version, lock)
}

func insert(tx *db.Tx, tenant int32, f TaskForce) error {
	return tx.Insert("task_force", &row{TenantID: tenant, ID: f.ID, Name: f.Name, DecreeNumber: f.DecreeNumber, DecreeKey: canon.Number(f.DecreeNumber),
		DecreedOn: f.Decreed, MandateID: f.Mandate, SignatoryTitle: f.SignatoryTitle, SignatoryName: f.SignatoryName, ElectionID: f.Election,
		ValidFrom: f.From, ValidUntil: f.Until, RecordedLater: f.RecordedLater, Version: f.Version, CreatedAt: tx.Now()})
}

// updateEnd sets the last day of a task force or of a member.
func updateEnd(tx *db.Tx, table string, of id.ID, until *day.Day, version int32) error {
	return db.Changed(tx.From(table).Where("id = ?", of).Updates(map[string]any{"valid_until": until, "version": version}))
}

type memberRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	TaskForceID   id.ID     `gorm:"column:task_force_id"`
	Role          string    `gorm:"column:role"`
	ASNID         *id.ID    `gorm:"column:asn_id"`
	Name          string    `gorm:"column:name"`
	Institution   string    `gorm:"column:institution"`
	Position      string    `gorm:"column:position"`
	ValidFrom     day.Day   `gorm:"column:valid_from"`
	ValidUntil    *day.Day  `gorm:"column:valid_until"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Version       int32     `gorm:"column:version"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func (r memberRow) member() Member {
	return Member{ID: r.ID, TaskForce: r.TaskForceID, Role: Role(r.Role), ASN: r.ASNID, Name: r.Name, Institution: r.Institution, Position: r.Position,
		From: r.ValidFrom, Until: r.ValidUntil, RecordedLater: r.RecordedLater, Version: r.Version}
}

func members(rows []memberRow) []Member {
	out := make([]Member, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.member())
	}
	return out
}

// standing is every member but what remained with a record that was joined to
// another: the person is there with the weightier membership.
func standing(tx *db.Tx) *gorm.DB {
	return tx.From("task_force_member").Where("(task_force_member.asn_id IS NULL OR task_force_member.asn_id NOT IN ("+asn.Gone+"))",
		map[string]any{"tenants": tx.Scope().Tenants()})
}

// membershipsOf reads and locks all memberships of a person.
func membershipsOf(tx *db.Tx, person id.ID) ([]Member, error) {
	var rows []memberRow
	err := tx.From("task_force_member").Where("asn_id = ?", person).Order("id").Clauses(db.ForUpdate("task_force_member")).Find(&rows).Error
	return members(rows), err
}

// updatePerson gives a membership to another record of the same human.
func updatePerson(tx *db.Tx, member, person id.ID) error {
	return tx.From("task_force_member").Where("id = ? AND asn_id <> ?", member, person).
		Updates(map[string]any{"asn_id": person, "version": gorm.Expr("version + 1")}).Error
}

func listMembers(tx *db.Tx, fid id.ID, on *day.Day, r *page.Request) ([]Member, error) {
	q := standing(tx).Where("task_force_id = ?", fid)
	if on != nil {
		q = q.Where("valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)", *on, *on)
	}
	if r != nil {
		if r.After != nil {
			q = q.Where("(valid_from, id) > (?, ?)", r.After[0], r.After[1])
		}
		q = q.Limit(r.Limit + 1)
	}
	var rows []memberRow
	err := q.Order("valid_from, id").Find(&rows).Error
	return members(rows), err
}

func findMember(tx *db.Tx, fid, mid id.ID) (Member, error) {
	var x memberRow
	err := db.First(tx.From("task_force_member").Where("task_force_id = ? AND id = ?", fid, mid).Clauses(db.ForUpdate("task_force_member")), &x)
	return x.member(), err
}

func insertMember(tx *db.Tx, tenant int32, m Member) error {
	return tx.Insert("task_force_member", &memberRow{TenantID: tenant, ID: m.ID, TaskForceID: m.TaskForce, Role: string(m.Role), ASNID: m.ASN, Name: m.Name,
		Institution: m.Institution, Position: m.Position, ValidFrom: m.From, ValidUntil: m.Until, RecordedLater: m.RecordedLater, Version: m.Version,
		CreatedAt: tx.Now()})
}
