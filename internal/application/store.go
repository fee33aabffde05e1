package application

import (
	"strconv"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/workitem"
)

const table = "government_application"

type row struct {
	ID                id.ID    `gorm:"column:id"`
	CodeHash          []byte   `gorm:"column:code_hash"`
	State             string   `gorm:"column:state"`
	GovernmentCode    string   `gorm:"column:government_code"`
	Name              string   `gorm:"column:name"`
	Kind              string   `gorm:"column:kind"`
	Zone              string   `gorm:"column:zone"`
	HeadTitle         string   `gorm:"column:head_title"`
	AgencyName        string   `gorm:"column:agency_name"`
	ShortName         string   `gorm:"column:short_name"`
	Address           string   `gorm:"column:address"`
	LetterNumber      string   `gorm:"column:letter_number"`
	LetterOn          day.Day  `gorm:"column:letter_on"`
	ApplicantName     string   `gorm:"column:applicant_name"`
	ApplicantPosition string   `gorm:"column:applicant_position"`
	ApplicantEmail    string   `gorm:"column:applicant_email"`
	ApplicantPhone    string   `gorm:"column:applicant_phone"`
	Note              string   `gorm:"column:note"`
	SubmittedOn       day.Day  `gorm:"column:submitted_on"`
	DecidedOn         *day.Day `gorm:"column:decided_on"`
	DecidedBy         *id.ID   `gorm:"column:decided_by"`
	Reason            string   `gorm:"column:reason"`
	GovernmentID      *id.ID   `gorm:"column:government_id"`
	Version           int32    `gorm:"column:version"`
}

func (r row) application() Application {
	return Application{ID: r.ID, State: State(r.State), Letter: r.LetterNumber, LetterOn: r.LetterOn, Note: r.Note, Submitted: r.SubmittedOn,
		Wanted: government.Government{Code: r.GovernmentCode, Name: r.Name, Kind: r.Kind, Zone: r.Zone, HeadTitle: r.HeadTitle, AgencyName: r.AgencyName,
			ShortName: r.ShortName, Address: r.Address},
		Applicant: Applicant{r.ApplicantName, r.ApplicantPosition, r.ApplicantEmail, r.ApplicantPhone},
		Decided:   r.DecidedOn, DecidedBy: r.DecidedBy, Reason: r.Reason, Government: r.GovernmentID, Version: r.Version}
}

func insert(tx *db.Tx, a Application, hash []byte) error {
	g := a.Wanted
	return tx.Insert(table, &row{ID: a.ID, CodeHash: hash, State: string(a.State), GovernmentCode: g.Code, Name: g.Name, Kind: g.Kind, Zone: g.Zone,
		HeadTitle: g.HeadTitle, AgencyName: g.AgencyName, ShortName: g.ShortName, Address: g.Address, LetterNumber: a.Letter, LetterOn: a.LetterOn,
		ApplicantName: a.Applicant.Name, ApplicantPosition: a.Applicant.Position, ApplicantEmail: a.Applicant.Email, ApplicantPhone: a.Applicant.Phone,
		Note: a.Note, SubmittedOn: a.Submitted, Version: a.Version})
}

// update writes what a decision sets and erases.
func update(tx *db.Tx, a Application) error {
	return db.Changed(tx.Platform(table).Where("id = ?", a.ID).Updates(map[string]any{"state": string(a.State), "decided_on": a.Decided, "decided_by": a.DecidedBy,
		"reason": a.Reason, "government_id": a.Government, "applicant_name": a.Applicant.Name, "applicant_position": a.Applicant.Position,
		"applicant_email": a.Applicant.Email, "applicant_phone": a.Applicant.Phone, "note": a.Note, "version": a.Version}))
}

// find reads one as it is on a day, which is also what a caller has seen.
func find(tx *db.Tx, aid id.ID, today day.Day, lock bool) (Application, error) {
	q := tx.Platform(table).Where("id = ?", aid)
	if lock {
		q = q.Clauses(db.ForUpdate(table))
	}
	var one row
	if err := db.First(q, &one); err != nil {
		return Application{}, err
	}
	a := one.application().at(today)
	return a, tx.Match(a.ID, a.Version, lock)
}

func byCode(tx *db.Tx, hash []byte, today day.Day) (Application, error) {
	var one row
	err := db.First(tx.Platform(table).Where("code_hash = ?", hash), &one)
	return one.application().at(today), err
}

// list reads a page as it is on a day: what has lapsed and is not swept yet
// counts as lapsed.
func list(tx *db.Tx, f Filter, today day.Day, r page.Request) ([]Application, error) {
	q, open := tx.Platform(table), today.AddDays(-life)
	switch f.State {
	case "":
	case Submitted:
		q = q.Where("state = 'submitted' AND submitted_on >= ?", open)
	case Lapsed:
		q = q.Where("state = 'lapsed' OR state = 'submitted' AND submitted_on < ?", open)
	default:
		q = q.Where("state = ?", string(f.State))
	}
	if r.After != nil {
		q = q.Where("(submitted_on, id) > (?::date, ?::uuid)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("submitted_on, id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(one row) (Application, error) { return one.application().at(today), nil })
}

// undecided are those that wait for a decision, behind the place of a question.
func undecided(tx *db.Tx, q workitem.Question) ([]Application, error) {
	behind, order, named := q.Behind("submitted_on + "+strconv.Itoa(life), "id")
	var rows []row
	err := tx.Platform(table).Where("state = 'submitted' AND submitted_on >= ?", q.Today.AddDays(-life)).Where(behind, named).
		Order(order).Limit(q.Limit).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return db.Each(rows, func(one row) (Application, error) { return one.application(), nil })
}

// overdue are those that have lapsed by a day and are not swept yet, locked.
func overdue(tx *db.Tx, today day.Day) ([]Application, error) {
	var rows []row
	q := tx.Platform(table).Where("state = 'submitted' AND submitted_on < ?", today.AddDays(-life)).Clauses(db.ForUpdate(table))
	if err := q.Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, func(one row) (Application, error) { return one.application().at(today), nil })
}
