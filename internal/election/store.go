package election

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

const table = "election_candidate"

type candidateRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	ID         id.ID     `gorm:"column:id"`
	ElectionID id.ID     `gorm:"column:election_id"`
	Contest    string    `gorm:"column:contest"`
	RegionCode string    `gorm:"column:region_code"`
	Number     int32     `gorm:"column:number"`
	Name       string    `gorm:"column:name"`
	DeputyName string    `gorm:"column:deputy_name"`
	Parties    string    `gorm:"column:parties"`
	Version    int32     `gorm:"column:version"`
	CreatedAt  time.Time `gorm:"column:created_at"`
}

func (r candidateRow) candidate() Candidate {
	return Candidate{ID: r.ID, Election: r.ElectionID, Contest: r.Contest, RegionCode: r.RegionCode, Number: r.Number, Name: r.Name,
		DeputyName: r.DeputyName, Parties: r.Parties, Version: r.Version}
}

type statusRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	CandidateID   id.ID     `gorm:"column:candidate_id"`
	ValidFrom     day.Day   `gorm:"column:valid_from"`
	Status        string    `gorm:"column:status"`
	Source        string    `gorm:"column:source"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func listCandidates(tx *db.Tx, election id.ID, contest string, r page.Request) ([]Candidate, error) {
	q := tx.From(table).Where("election_id = ?", election)
	if contest != "" {
		q = q.Where("contest = ?", contest)
	}
	if r.After != nil {
		q = q.Where("(contest, number, id) > (?, ?, ?)", r.After[0], r.After[1], r.After[2])
	}
	return candidates(tx, q.Order("contest, number, id").Limit(r.Limit+1))
}

func findCandidate(tx *db.Tx, cid id.ID, lock bool) (Candidate, error) {
	q := tx.From(table).Where("id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate(table))
	}
	var row candidateRow
	if err := db.First(q, &row); err != nil {
		return Candidate{}, err
	}
	if err := tx.Match(row.ID, row.Version, lock); err != nil {
		return Candidate{}, err
	}
	out := []Candidate{row.candidate()}
	err := withStatuses(tx, out)
	return out[0], err
}

func candidates(tx *db.Tx, q *gorm.DB) ([]Candidate, error) {
	var rows []candidateRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Candidate, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.candidate())
	}
	return out, withStatuses(tx, out)
}

// withStatuses reads the history of each candidate.
func withStatuses(tx *db.Tx, list []Candidate) error {
	at := make(map[id.ID]int, len(list))
	ids := make([]id.ID, 0, len(list))
	for i, c := range list {
		at[c.ID], ids = i, append(ids, c.ID)
	}
	var rows []statusRow
	if err := tx.From("election_candidate_status").Where("candidate_id IN ?", ids).Order("candidate_id, valid_from").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		c := &list[at[r.CandidateID]]
		c.Statuses = append(c.Statuses, StatusEntry{StatusChange: StatusChange{Status: Status(r.Status), From: r.ValidFrom},
			Source: r.Source, RecordedLater: r.RecordedLater})
	}
	return nil
}

func insertCandidate(tx *db.Tx, tenant int32, c Candidate) error {
	return tx.Insert(table, &candidateRow{TenantID: tenant, ID: c.ID, ElectionID: c.Election, Contest: c.Contest, RegionCode: c.RegionCode,
		Number: c.Number, Name: c.Name, DeputyName: c.DeputyName, Parties: c.Parties, Version: c.Version, CreatedAt: tx.Now()})
}

func updateCandidate(tx *db.Tx, c Candidate) error {
	return db.Changed(tx.From(table).Where("id = ?", c.ID).Updates(map[string]any{"number": c.Number, "name": c.Name,
		"deputy_name": c.DeputyName, "parties": c.Parties, "version": c.Version}))
}

func insertStatus(tx *db.Tx, tenant int32, candidate id.ID, s StatusEntry) error {
	return tx.Insert("election_candidate_status", &statusRow{TenantID: tenant, CandidateID: candidate, ValidFrom: s.From, Status: string(s.Status),
		Source: s.Source, RecordedLater: s.RecordedLater, CreatedAt: tx.Now()})
}
