package casestatus

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	CaseID         id.ID     `gorm:"column:case_id"`
	OrganisationID id.ID     `gorm:"column:organisation_id"`
	OurNumber      string    `gorm:"column:our_number"`
	TheirNumber    string    `gorm:"column:their_number"`
	NumberKey      string    `gorm:"column:number_key"`
	Status         string    `gorm:"column:status"`
	ReceivedOn     day.Day   `gorm:"column:received_on"`
	RegisteredOn   day.Day   `gorm:"column:registered_on"`
	StatusSince    day.Day   `gorm:"column:status_since"`
	ClosedOn       *day.Day  `gorm:"column:closed_on"`
	Version        int32     `gorm:"column:version"`
	UpdatedAt      time.Time `gorm:"column:updated_at"`
}

func (r row) status() Status {
	return Status{ID: r.ID, Tenant: r.TenantID, OurNumber: r.OurNumber, TheirNumber: r.TheirNumber, Word: Word(r.Status), Since: r.StatusSince,
		ReceivedOn: r.ReceivedOn, RegisteredOn: &r.RegisteredOn, ClosedOn: r.ClosedOn, Version: r.Version, UpdatedAt: r.UpdatedAt}
}

// own are the matters that name an organisation.
func own(tx *db.Tx, organisation id.ID) *gorm.DB {
	return tx.From("case_status").Where("case_status.organisation_id = ?", organisation)
}

// Filter narrows a list.
type Filter struct {
	TheirNumber  string
	OurNumber    string
	UpdatedSince *time.Time
}

func list(tx *db.Tx, organisation id.ID, f Filter, r page.Request) ([]Status, error) {
	q := own(tx, organisation)
	if f.TheirNumber != "" {
		q = q.Where("number_key = ?", canon.Number(f.TheirNumber))
	}
	if f.OurNumber != "" {
		q = q.Where("replace(our_number, '-', '') = ?", strings.ToUpper(canon.Number(f.OurNumber)))
	}
	if f.UpdatedSince != nil {
		q = q.Where("updated_at >= ?", *f.UpdatedSince)
	}
	if r.After != nil {
		q = q.Where("(updated_at, id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("updated_at, id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Status, 0, len(rows))
	for _, one := range rows {
		out = append(out, one.status())
	}
	return out, nil
}

func find(tx *db.Tx, organisation, sid id.ID) (Status, bool, error) {
	var r row
	found, err := db.Found(own(tx, organisation).Where("id = ?", sid), &r)
	return r.status(), found, err
}

// newID is the submission's own identifier for the first case it fed, so that
// who watched the submission goes on watching the case.
func newID(tx *db.Tx, o casefile.Origin) (id.ID, error) {
	of := o.Report
	if of == nil {
		of = o.Recommendation
	}
	if of == nil {
		return tx.NewID(), nil
	}
	var n int64
	if err := tx.From("case_status").Where("id = ?", *of).Count(&n).Error; err != nil || n == 0 {
		return *of, err
	}
	return tx.NewID(), nil
}

// follow writes the row of a case and one of its senders, when its word changed.
func follow(tx *db.Tx, tenant int32, c casefile.Case, o casefile.Origin) error {
	key := canon.Number(o.TheirNumber)
	word := wordOf(c)
	var have row
	found, err := db.Found(own(tx, *o.Organisation).Where("case_id = ? AND number_key = ?", c.ID, key), &have)
	if err != nil {
		return err
	}
	if !found {
		sid, err := newID(tx, o)
		if err != nil {
			return err
		}
		r := row{TenantID: tenant, ID: sid, CaseID: c.ID, OrganisationID: *o.Organisation, OurNumber: c.Number,
			TheirNumber: o.TheirNumber, NumberKey: key, Status: string(word), ReceivedOn: o.ReceivedOn, RegisteredOn: c.RegisteredOn,
			StatusSince: c.StateSince, ClosedOn: c.ClosedOn, Version: 1, UpdatedAt: tx.Now()}
		if err := tx.Insert("case_status", &r); err != nil {
			return err
		}
		return noteChange(tx, r)
	}
	if have.Status == string(word) && same(have.ClosedOn, c.ClosedOn) {
		return nil
	}
	err = db.Changed(tx.From("case_status").Where("id = ?", have.ID).Updates(map[string]any{"status": string(word),
		"status_since": c.StateSince, "closed_on": c.ClosedOn, "version": have.Version + 1, "updated_at": tx.Now()}))
	if err != nil {
		return err
	}
	return noteChange(tx, have)
}

// noteChange notes for the body's feed that what it sees of a matter changed.
func noteChange(tx *db.Tx, r row) error {
	return journal.Note(tx, journal.Entry{Action: "case_status.changed", Object: "case_status", ObjectID: r.ID,
		Public: &journal.Public{Type: journal.CaseStatusChanged, To: []id.ID{r.OrganisationID}}})
}

func same(a, b *day.Day) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
