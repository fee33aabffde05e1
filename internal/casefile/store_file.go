package casefile

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

type originRow struct {
	TenantID         int32     `gorm:"column:tenant_id"`
	ID               id.ID     `gorm:"column:id"`
	CaseID           id.ID     `gorm:"column:case_id"`
	Kind             string    `gorm:"column:kind"`
	ReportID         *id.ID    `gorm:"column:report_id"`
	RecommendationID *id.ID    `gorm:"column:recommendation_id"`
	OrganisationID   *id.ID    `gorm:"column:organisation_id"`
	TheirNumber      string    `gorm:"column:their_number"`
	SourceID         *id.ID    `gorm:"column:source_organisation_id"`
	SourceNumber     string    `gorm:"column:source_number"`
	SBTNumber        string    `gorm:"column:sbt_number"`
	ReceivedOn       day.Day   `gorm:"column:received_on"`
	CreatedAt        time.Time `gorm:"column:created_at"`
}

func insertOrigin(tx *db.Tx, tenant int32, cid id.ID, o Origin) error {
	r := originRow{TenantID: tenant, ID: tx.NewID(), CaseID: cid, Kind: o.Kind, ReportID: o.Report, RecommendationID: o.Recommendation,
		OrganisationID: o.Organisation, TheirNumber: o.TheirNumber, SourceID: o.Source, SourceNumber: o.SourceNumber, SBTNumber: o.SBTNumber,
		ReceivedOn: o.ReceivedOn, CreatedAt: tx.Now()}
	return tx.Insert("casefile_origin", &r)
}

// ofCase reads what hangs on a case, oldest first.
func ofCase[R any](tx *db.Tx, table, order string, cid id.ID) (rows []R, err error) {
	err = tx.From(table).Where("case_id = ?", cid).Order(order).Find(&rows).Error
	return rows, err
}

func origins(tx *db.Tx, cid id.ID) ([]Origin, error) {
	rows, err := ofCase[originRow](tx, "casefile_origin", "created_at, id", cid)
	out := make([]Origin, 0, len(rows))
	for _, r := range rows {
		out = append(out, Origin{Kind: r.Kind, Report: r.ReportID, Recommendation: r.RecommendationID, Organisation: r.OrganisationID,
			TheirNumber: r.TheirNumber, Source: r.SourceID, SourceNumber: r.SourceNumber, SBTNumber: r.SBTNumber, ReceivedOn: r.ReceivedOn})
	}
	return out, err
}

// idsNamingBodies are the cases whose origin names a body.
func idsNamingBodies(tx *db.Tx) (ids []id.ID, err error) {
	err = tx.From("casefile_origin").Where("organisation_id IS NOT NULL OR source_organisation_id IS NOT NULL").Distinct().
		Order("case_id").Pluck("case_id", &ids).Error
	return ids, err
}

// fromSameReport reads all cases that a report fed.
func fromSameReport(tx *db.Tx, v *seal.Master, rid id.ID) ([]Case, error) {
	var rows []row
	err := cases(tx).Where(`EXISTS (SELECT 1 FROM casefile_origin o WHERE o.tenant_id = casefile.tenant_id
		AND o.case_id = casefile.id AND o.report_id = ?)`, rid).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return db.Each(rows, func(r row) (Case, error) { return r.toCase(v) })
}

type wallRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	CaseID    id.ID     `gorm:"column:case_id"`
	ASNID     id.ID     `gorm:"column:asn_id"`
	Reason    string    `gorm:"column:reason"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func insertWall(tx *db.Tx, tenant int32, cid id.ID, w Wall) error {
	r := wallRow{TenantID: tenant, CaseID: cid, ASNID: w.Person, Reason: w.Reason, CreatedAt: tx.Now()}
	return tx.Insert("casefile_wall", &r)
}

func walls(tx *db.Tx, cid id.ID) ([]Wall, error) {
	rows, err := ofCase[wallRow](tx, "casefile_wall", "created_at, asn_id", cid)
	out := make([]Wall, 0, len(rows))
	for _, r := range rows {
		out = append(out, Wall{Person: r.ASNID, Reason: r.Reason})
	}
	return out, err
}

type stepRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	CaseID        id.ID     `gorm:"column:case_id"`
	Position      int32     `gorm:"column:position"`
	Step          string    `gorm:"column:step"`
	FromState     string    `gorm:"column:from_state"`
	ToState       string    `gorm:"column:to_state"`
	TakenOn       day.Day   `gorm:"column:taken_on"`
	ActorID       *id.ID    `gorm:"column:actor_id"`
	Reason        string    `gorm:"column:reason"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	RecordedAt    time.Time `gorm:"column:recorded_at"`
}

func insertStep(tx *db.Tx, tenant int32, c Case, e Entry) error {
	var have int64
	if err := tx.From("casefile_step").Where("case_id = ?", c.ID).Count(&have).Error; err != nil {
		return err
	}
	r := stepRow{TenantID: tenant, ID: tx.NewID(), CaseID: c.ID, Position: int32(have) + 1, Step: string(e.Step), FromState: string(e.From),
		ToState: string(e.To), TakenOn: e.On, ActorID: e.Actor, Reason: e.Reason, RecordedLater: e.RecordedLater, RecordedAt: tx.Now()}
	return tx.Insert("casefile_step", &r)
}

func entries(tx *db.Tx, cid id.ID) ([]Entry, error) {
	rows, err := ofCase[stepRow](tx, "casefile_step", "position", cid)
	out := make([]Entry, 0, len(rows))
	for _, r := range rows {
		out = append(out, Entry{Step: Step(r.Step), From: State(r.FromState), To: State(r.ToState), On: r.TakenOn, Actor: r.ActorID,
			Reason: r.Reason, RecordedLater: r.RecordedLater, RecordedAt: r.RecordedAt})
	}
	return out, err
}

type summonsRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	CaseID        id.ID     `gorm:"column:case_id"`
	Sequence      int32     `gorm:"column:sequence"`
	IssuedOn      day.Day   `gorm:"column:issued_on"`
	AppearOn      day.Day   `gorm:"column:appear_on"`
	Place         string    `gorm:"column:place"`
	Number        string    `gorm:"column:number"`
	MissedOn      *day.Day  `gorm:"column:missed_on"`
	ShortNotice   bool      `gorm:"column:short_notice"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func insertSummons(tx *db.Tx, tenant int32, cid id.ID, s Summons) error {
	r := summonsRow{TenantID: tenant, ID: s.ID, CaseID: cid, Sequence: s.Sequence, IssuedOn: s.IssuedOn, AppearOn: s.AppearOn, Place: s.Place,
		Number: s.Number, MissedOn: s.MissedOn, ShortNotice: s.ShortNotice, RecordedLater: s.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("casefile_summons", &r)
}

func summonses(tx *db.Tx, cid id.ID) ([]Summons, error) {
	rows, err := ofCase[summonsRow](tx, "casefile_summons", "created_at, sequence", cid)
	out := make([]Summons, 0, len(rows))
	for _, r := range rows {
		out = append(out, Summons{ID: r.ID, Sequence: r.Sequence, IssuedOn: r.IssuedOn, AppearOn: r.AppearOn, Place: r.Place, Number: r.Number,
			MissedOn: r.MissedOn, ShortNotice: r.ShortNotice, RecordedLater: r.RecordedLater})
	}
	return out, err
}

func markMissed(tx *db.Tx, summons id.ID, on day.Day) error {
	return db.Changed(tx.From("casefile_summons").Where("id = ?", summons).Update("missed_on", on))
}

type examinationRow struct {
	TenantID      int32           `gorm:"column:tenant_id"`
	ID            id.ID           `gorm:"column:id"`
	CaseID        id.ID           `gorm:"column:case_id"`
	HeldOn        day.Day         `gorm:"column:held_on"`
	Outcome       string          `gorm:"column:outcome"`
	ExaminerIDs   json.RawMessage `gorm:"column:examiner_ids"`
	Record        []byte          `gorm:"column:record"`
	Answer        []byte          `gorm:"column:answer"`
	RecordedLater bool            `gorm:"column:recorded_later"`
	CreatedAt     time.Time       `gorm:"column:created_at"`
}

func insertExamination(tx *db.Tx, v *seal.Master, tenant int32, cid id.ID, e Examination) error {
	r := examinationRow{TenantID: tenant, ID: e.ID, CaseID: cid, HeldOn: e.HeldOn, Outcome: e.Outcome, ExaminerIDs: list(e.Examiners),
		Record: sealText(v, e.Record, place("casefile_examination", e.ID, "record")), Answer: sealText(v, e.Answer, place("casefile_examination", e.ID, "answer")),
		RecordedLater: e.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("casefile_examination", &r)
}

func examinations(tx *db.Tx, v *seal.Master, cid id.ID) ([]Examination, error) {
	rows, err := ofCase[examinationRow](tx, "casefile_examination", "created_at, id", cid)
	if err != nil {
		return nil, err
	}
	out := make([]Examination, 0, len(rows))
	for _, r := range rows {
		e := Examination{ID: r.ID, HeldOn: r.HeldOn, Outcome: r.Outcome, RecordedLater: r.RecordedLater}
		if err := json.Unmarshal(r.ExaminerIDs, &e.Examiners); err != nil {
			return nil, err
		}
		if e.Record, err = openText(v, r.Record, place("casefile_examination", r.ID, "record")); err != nil {
			return nil, err
		}
		if e.Answer, err = openText(v, r.Answer, place("casefile_examination", r.ID, "answer")); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

type recommendationRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	CaseID        id.ID     `gorm:"column:case_id"`
	GivenOn       day.Day   `gorm:"column:given_on"`
	GivenBy       string    `gorm:"column:given_by"`
	Proven        bool      `gorm:"column:proven"`
	SanctionType  string    `gorm:"column:sanction_type"`
	Opinion       []byte    `gorm:"column:opinion"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func insertRecommendation(tx *db.Tx, v *seal.Master, tenant int32, cid id.ID, r Recommendation) error {
	one := recommendationRow{TenantID: tenant, ID: r.ID, CaseID: cid, GivenOn: r.GivenOn, GivenBy: r.GivenBy, Proven: r.Proven, SanctionType: r.SanctionType,
		Opinion: sealText(v, r.Opinion, place("casefile_recommendation", r.ID, "opinion")), RecordedLater: r.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("casefile_recommendation", &one)
}

func recommendations(tx *db.Tx, v *seal.Master, cid id.ID) ([]Recommendation, error) {
	rows, err := ofCase[recommendationRow](tx, "casefile_recommendation", "created_at, id", cid)
	if err != nil {
		return nil, err
	}
	out := make([]Recommendation, 0, len(rows))
	for _, r := range rows {
		opinion, err := openText(v, r.Opinion, place("casefile_recommendation", r.ID, "opinion"))
		if err != nil {
			return nil, err
		}
		out = append(out, Recommendation{ID: r.ID, GivenOn: r.GivenOn, GivenBy: r.GivenBy, Proven: r.Proven, SanctionType: r.SanctionType,
			Opinion: opinion, RecordedLater: r.RecordedLater})
	}
	return out, nil
}

type noteRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	ID        id.ID     `gorm:"column:id"`
	CaseID    id.ID     `gorm:"column:case_id"`
	AuthorID  id.ID     `gorm:"column:author_id"`
	Body      []byte    `gorm:"column:body"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func insertNote(tx *db.Tx, v *seal.Master, tenant int32, cid id.ID, n Note) error {
	r := noteRow{TenantID: tenant, ID: n.ID, CaseID: cid, AuthorID: n.Author, Body: sealText(v, n.Body, place("casefile_note", n.ID, "body")), CreatedAt: n.CreatedAt}
	return tx.Insert("casefile_note", &r)
}

func notes(tx *db.Tx, v *seal.Master, cid id.ID, r page.Request) ([]Note, error) {
	q := tx.From("casefile_note").Where("case_id = ?", cid)
	if r.After != nil {
		q = q.Where("(created_at, id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []noteRow
	if err := q.Order("created_at, id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Note, 0, len(rows))
	for _, one := range rows {
		body, err := openText(v, one.Body, place("casefile_note", one.ID, "body"))
		if err != nil {
			return nil, err
		}
		out = append(out, Note{ID: one.ID, Author: one.AuthorID, Body: body, CreatedAt: one.CreatedAt})
	}
	return out, nil
}

func insertAssignment(tx *db.Tx, tenant int32, cid, user, by id.ID) error {
	return tx.Insert("casefile_assignment", &struct {
		TenantID   int32     `gorm:"column:tenant_id"`
		ID         id.ID     `gorm:"column:id"`
		CaseID     id.ID     `gorm:"column:case_id"`
		UserID     id.ID     `gorm:"column:user_id"`
		AssignedBy id.ID     `gorm:"column:assigned_by"`
		CreatedAt  time.Time `gorm:"column:created_at"`
	}{tenant, tx.NewID(), cid, user, by, tx.Now()})
}
