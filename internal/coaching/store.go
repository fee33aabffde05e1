package coaching

import (
	"encoding/json"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// store seals what was said and opens it again; each value is bound to its
// table, government, row and column, so that none opens elsewhere.
type store struct{ master *seal.Master }

func place(table string, tenant int32, row id.ID, column string) []string {
	return []string{table, strconv.Itoa(int(tenant)), row.String(), column}
}

type row struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	Kind          string    `gorm:"column:kind"`
	ASNID         *id.ID    `gorm:"column:asn_id"`
	OPDID         id.ID     `gorm:"column:opd_id"`
	HeldOn        day.Day   `gorm:"column:held_on"`
	ViolationType *string   `gorm:"column:violation_type"`
	HandedOver    *bool     `gorm:"column:handed_over"`
	FollowUpOn    *day.Day  `gorm:"column:follow_up_on"`
	ExpiresOn     day.Day   `gorm:"column:expires_on"`
	State         string    `gorm:"column:state"`
	ClosedOn      *day.Day  `gorm:"column:closed_on"`
	AnsweredOn    *day.Day  `gorm:"column:answered_on"`
	Words         []byte    `gorm:"column:words"`
	RecordedBy    *id.ID    `gorm:"column:recorded_by"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Version       int32     `gorm:"column:version"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

// coaching is the entry without what was said.
func (r row) coaching() Coaching {
	c := Coaching{ID: r.ID, Kind: Kind(r.Kind), Person: r.ASNID, OPD: r.OPDID, Held: r.HeldOn, HandedOver: r.HandedOver, FollowUp: r.FollowUpOn,
		Expires: r.ExpiresOn, State: State(r.State), ClosedOn: r.ClosedOn, AnsweredOn: r.AnsweredOn, RecordedLater: r.RecordedLater, Version: r.Version}
	if r.ViolationType != nil {
		c.ViolationType = *r.ViolationType
	}
	return c
}

// visible is what the caller may see: entries of the own units, or those about
// the own record.
func visible(tx *db.Tx) *gorm.DB {
	if tx.Scope().Reach() == authz.Self {
		return tx.From("coaching").Where("coaching.asn_id = ?", tx.Scope().Person())
	}
	return tx.ReachOPD(tx.From("coaching"), "coaching.opd_id")
}

// Filter narrows a list of entries.
type Filter struct {
	Person        *id.ID
	OPD           *id.ID
	Kind          Kind
	State         State
	FollowUpUntil *day.Day
	WithExpired   bool
}

func list(tx *db.Tx, f Filter, today day.Day, r page.Request) ([]Coaching, error) {
	q := visible(tx)
	if f.Person != nil {
		q = q.Where("asn_id = ?", *f.Person)
	}
	if f.OPD != nil {
		q = q.Where(db.Under("coaching.opd_id", "units"), map[string]any{"tenants": tx.Scope().Tenants(), "units": []id.ID{*f.OPD}})
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.FollowUpUntil != nil {
		q = q.Where("state = 'open' AND follow_up_on <= ?", *f.FollowUpUntil)
	}
	if !f.WithExpired {
		q = q.Where("expires_on >= ?", today)
	}
	rows, err := paged(q, r)
	out := make([]Coaching, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.coaching())
	}
	return out, err
}

func paged(q *gorm.DB, r page.Request) ([]row, error) {
	if r.After != nil {
		q = q.Where("(held_on, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	err := q.Order("held_on DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error
	return rows, err
}

func (s store) find(tx *db.Tx, cid id.ID, lock bool) (Coaching, error) {
	q := visible(tx).Where("coaching.id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate("coaching"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Coaching{}, err
	}
	out, err := s.opened(tx, []row{r})
	if err != nil {
		return Coaching{}, err
	}
	return out[0], nil
}

func (s store) mine(tx *db.Tx, r page.Request) ([]Coaching, error) {
	rows, err := paged(visible(tx), r)
	if err != nil {
		return nil, err
	}
	return s.opened(tx, rows)
}

// opened are entries with all that was said.
func (s store) opened(tx *db.Tx, rows []row) ([]Coaching, error) {
	ids, at := make([]id.ID, 0, len(rows)), map[id.ID]int{}
	out := make([]Coaching, 0, len(rows))
	for i, r := range rows {
		c := r.coaching()
		plain, err := s.master.Open(r.Words, place("coaching", r.TenantID, r.ID, "words")...)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &c.Words); err != nil {
			return nil, err
		}
		ids, at[r.ID], out = append(ids, r.ID), i, append(out, c)
	}
	if len(ids) == 0 {
		return out, nil
	}
	var later []followUpRow
	if err := tx.From("coaching_follow_up").Where("coaching_id IN ?", ids).Order("held_on, created_at, id").Find(&later).Error; err != nil {
		return nil, err
	}
	for _, f := range later {
		note, err := s.master.Open(f.Note, place("coaching_follow_up", f.TenantID, f.ID, "note")...)
		if err != nil {
			return nil, err
		}
		c := &out[at[f.CoachingID]]
		c.FollowUps = append(c.FollowUps, FollowUp{Held: f.HeldOn, Note: string(note), RecordedLater: f.RecordedLater})
	}
	return out, nil
}

func (s store) sealed(tenant int32, c Coaching) ([]byte, error) {
	plain, err := json.Marshal(c.Words)
	if err != nil {
		return nil, err
	}
	return s.master.Seal(plain, place("coaching", tenant, c.ID, "words")...), nil
}

func actor(tx *db.Tx) *id.ID {
	p := tx.Scope().Principal().ID
	if p == id.Nil {
		return nil
	}
	return &p
}

func (s store) insert(tx *db.Tx, tenant int32, c Coaching) error {
	words, err := s.sealed(tenant, c)
	if err != nil {
		return err
	}
	r := row{TenantID: tenant, ID: c.ID, Kind: string(c.Kind), ASNID: c.Person, OPDID: c.OPD, HeldOn: c.Held, HandedOver: c.HandedOver, FollowUpOn: c.FollowUp,
		ExpiresOn: c.Expires, State: string(c.State), Words: words, RecordedBy: actor(tx), RecordedLater: c.RecordedLater, Version: c.Version, CreatedAt: tx.Now()}
	if c.ViolationType != "" {
		r.ViolationType = &c.ViolationType
	}
	return tx.Insert("coaching", &r)
}

func (s store) update(tx *db.Tx, tenant int32, c Coaching) error {
	words, err := s.sealed(tenant, c)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("coaching").Where("id = ?", c.ID).Updates(map[string]any{"follow_up_on": c.FollowUp, "state": c.State,
		"closed_on": c.ClosedOn, "answered_on": c.AnsweredOn, "words": words, "version": c.Version}))
}

type followUpRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	CoachingID    id.ID     `gorm:"column:coaching_id"`
	ID            id.ID     `gorm:"column:id"`
	HeldOn        day.Day   `gorm:"column:held_on"`
	Note          []byte    `gorm:"column:note"`
	RecordedBy    *id.ID    `gorm:"column:recorded_by"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func (s store) insertFollowUp(tx *db.Tx, tenant int32, cid id.ID, f FollowUp) error {
	fid := tx.NewID()
	note := s.master.Seal([]byte(f.Note), place("coaching_follow_up", tenant, fid, "note")...)
	return tx.Insert("coaching_follow_up", &followUpRow{TenantID: tenant, CoachingID: cid, ID: fid, HeldOn: f.Held, Note: note, RecordedBy: actor(tx),
		RecordedLater: f.RecordedLater, CreatedAt: tx.Now()})
}

// inherit moves the entries about a record that goes to the one that stays. What
// was said is bound to the entry and not to the person, so nothing is resealed.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	return tx.From("coaching").Where("asn_id = ?", goes).Updates(map[string]any{"asn_id": stays, "version": gorm.Expr("version + 1")}).Error
}
