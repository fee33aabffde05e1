package sanction

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/casefile"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID                int32           `gorm:"column:tenant_id"`
	ID                      id.ID           `gorm:"column:id"`
	CaseID                  id.ID           `gorm:"column:case_id"`
	DecisionID              id.ID           `gorm:"column:decision_id"`
	SubjectID               id.ID           `gorm:"column:subject_id"`
	SanctionType            string          `gorm:"column:sanction_type"`
	Class                   string          `gorm:"column:class"`
	Level                   string          `gorm:"column:level"`
	AuthorityLevel          string          `gorm:"column:authority_level"`
	DurationMonths          int32           `gorm:"column:duration_months"`
	State                   string          `gorm:"column:state"`
	LegalBasis              string          `gorm:"column:legal_basis"`
	DecisionNumber          string          `gorm:"column:decision_number"`
	DecidedOn               day.Day         `gorm:"column:decided_on"`
	SignatoryTitle          string          `gorm:"column:signatory_title"`
	EffectiveRule           string          `gorm:"column:effective_rule"`
	DeliveryKind            string          `gorm:"column:delivery_kind"`
	ReceivedOn              *day.Day        `gorm:"column:received_on"`
	ComputedEffectiveOn     *day.Day        `gorm:"column:computed_effective_on"`
	EffectiveCount          json.RawMessage `gorm:"column:effective_count"`
	EffectiveOn             *day.Day        `gorm:"column:effective_on"`
	EffectiveOverrideReason string          `gorm:"column:effective_override_reason"`
	ExecutedOn              *day.Day        `gorm:"column:executed_on"`
	ExecutedBy              string          `gorm:"column:executed_by"`
	ExecutionProof          string          `gorm:"column:execution_proof"`
	EndsOn                  *day.Day        `gorm:"column:ends_on"`
	CompletedOn             *day.Day        `gorm:"column:completed_on"`
	IDISNumber              string          `gorm:"column:idis_number"`
	SIASNNumber             string          `gorm:"column:siasn_number"`
	NationalRecordOn        *day.Day        `gorm:"column:national_record_on"`
	RecordedLater           bool            `gorm:"column:recorded_later"`
	Version                 int32           `gorm:"column:version"`
	CreatedAt               time.Time       `gorm:"column:created_at"`
	UpdatedAt               time.Time       `gorm:"column:updated_at"`
}

func (r row) sanction() (Sanction, error) {
	s := Sanction{ID: r.ID, Case: r.CaseID, Decision: r.DecisionID, Subject: r.SubjectID, Kind: r.SanctionType, Class: r.Class, Level: r.Level,
		AuthorityLevel: r.AuthorityLevel, DurationMonths: r.DurationMonths, State: State(r.State), LegalBasis: r.LegalBasis, DecisionNumber: r.DecisionNumber,
		DecidedOn: r.DecidedOn, SignatoryTitle: r.SignatoryTitle, EffectiveRule: r.EffectiveRule, DeliveryKind: r.DeliveryKind, ReceivedOn: r.ReceivedOn,
		ComputedEffectiveOn: r.ComputedEffectiveOn, EffectiveOn: r.EffectiveOn, OverrideReason: r.EffectiveOverrideReason, ExecutedOn: r.ExecutedOn,
		ExecutedBy: r.ExecutedBy, ExecutionProof: r.ExecutionProof, EndsOn: r.EndsOn, CompletedOn: r.CompletedOn, IDISNumber: r.IDISNumber,
		SIASNNumber: r.SIASNNumber, NationalRecordOn: r.NationalRecordOn, RecordedLater: r.RecordedLater, Version: r.Version}
	if len(r.EffectiveCount) == 0 {
		return s, nil
	}
	return s, json.Unmarshal(r.EffectiveCount, &s.Counted)
}

func toRow(tx *db.Tx, tenant int32, s Sanction) (row, error) {
	r := row{TenantID: tenant, ID: s.ID, CaseID: s.Case, DecisionID: s.Decision, SubjectID: s.Subject, SanctionType: s.Kind, Class: s.Class, Level: s.Level,
		AuthorityLevel: s.AuthorityLevel, DurationMonths: s.DurationMonths, State: string(s.State), LegalBasis: s.LegalBasis, DecisionNumber: s.DecisionNumber,
		DecidedOn: s.DecidedOn, SignatoryTitle: s.SignatoryTitle, EffectiveRule: s.EffectiveRule, DeliveryKind: s.DeliveryKind, ReceivedOn: s.ReceivedOn,
		ComputedEffectiveOn: s.ComputedEffectiveOn, EffectiveOn: s.EffectiveOn, EffectiveOverrideReason: s.OverrideReason, ExecutedOn: s.ExecutedOn,
		ExecutedBy: s.ExecutedBy, ExecutionProof: s.ExecutionProof, EndsOn: s.EndsOn, CompletedOn: s.CompletedOn, IDISNumber: s.IDISNumber,
		SIASNNumber: s.SIASNNumber, NationalRecordOn: s.NationalRecordOn, RecordedLater: s.RecordedLater, Version: s.Version, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	if s.Counted == nil {
		return r, nil
	}
	var err error
	r.EffectiveCount, err = json.Marshal(s.Counted)
	return r, err
}

// visible is the wall of the cases (T-11), and for the subject the delivery.
func visible(tx *db.Tx) *gorm.DB {
	return tx.From("sanction").Where("sanction.case_id IN (?)", casefile.VisibleDeliveredIDs(tx))
}

func find(tx *db.Tx, sid id.ID, lock bool) (Sanction, error) {
	q := visible(tx)
	if lock {
		q = q.Clauses(db.ForUpdate("sanction"))
	}
	var r row
	if err := db.First(q.Where("sanction.id = ?", sid), &r); err != nil {
		return Sanction{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Sanction{}, err
	}
	return r.sanction()
}

// awaitingEffect finds and locks the sanction of a case that was delivered and is
// not in force, whoever may see it: for what the program itself does.
func awaitingEffect(tx *db.Tx, cid id.ID) (Sanction, bool, error) {
	var r row
	found, err := db.Found(tx.From("sanction").Where("case_id = ? AND state = ?", cid, Delivered).Clauses(db.ForUpdate("sanction")), &r)
	if err != nil || !found {
		return Sanction{}, false, err
	}
	s, err := r.sanction()
	return s, true, err
}

// Filter narrows a list of sanctions.
type Filter struct {
	State   State
	Kind    string
	Subject *id.ID
	Case    *id.ID
}

func list(tx *db.Tx, f Filter, r page.Request) ([]Sanction, error) {
	q := visible(tx)
	for column, value := range map[string]string{"state": string(f.State), "sanction_type": f.Kind} {
		if value != "" {
			q = q.Where("sanction."+column+" = ?", value)
		}
	}
	if f.Case != nil {
		q = q.Where("sanction.case_id = ?", *f.Case)
	}
	if f.Subject != nil { // also what was imposed under a record joined since
		q = q.Where("sanction.subject_id IN ("+asn.Records+")", asn.RecordsOf(tx, *f.Subject))
	}
	if r.After != nil {
		q = q.Where("(sanction.decided_on, sanction.id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("sanction.decided_on DESC, sanction.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, row.sanction)
}

func insert(tx *db.Tx, tenant int32, s Sanction) error {
	r, err := toRow(tx, tenant, s)
	if err != nil {
		return err
	}
	return tx.Insert("sanction", &r)
}

// update writes what steps change.
func update(tx *db.Tx, tenant int32, s Sanction) error {
	r, err := toRow(tx, tenant, s)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("sanction").Where("sanction.id = ?", s.ID).
		Select("sanction_type", "level", "authority_level", "duration_months", "state", "delivery_kind", "received_on", "computed_effective_on", "effective_count",
			"effective_on", "effective_override_reason", "executed_on", "executed_by", "execution_proof", "ends_on", "completed_on", "idis_number",
			"siasn_number", "national_record_on", "version", "updated_at").Updates(&r))
}

type contestRow struct {
	TenantID        int32     `gorm:"column:tenant_id"`
	ID              id.ID     `gorm:"column:id"`
	SanctionID      id.ID     `gorm:"column:sanction_id"`
	Kind            string    `gorm:"column:kind"`
	FiledOn         day.Day   `gorm:"column:filed_on"`
	Number          string    `gorm:"column:number"`
	Late            bool      `gorm:"column:late"`
	Outcome         string    `gorm:"column:outcome"`
	DecidedOn       *day.Day  `gorm:"column:decided_on"`
	DecidedBy       string    `gorm:"column:decided_by"`
	DecisionNumber  string    `gorm:"column:decision_number"`
	OldSanctionType string    `gorm:"column:old_sanction_type"`
	NewSanctionType string    `gorm:"column:new_sanction_type"`
	RecordedLater   bool      `gorm:"column:recorded_later"`
	CreatedAt       time.Time `gorm:"column:created_at"`
}

func (r contestRow) contest() Contest {
	return Contest{ID: r.ID, Kind: r.Kind, FiledOn: r.FiledOn, Number: r.Number, Late: r.Late, Outcome: r.Outcome, DecidedOn: r.DecidedOn,
		DecidedBy: r.DecidedBy, DecisionNumber: r.DecisionNumber, OldKind: r.OldSanctionType, NewKind: r.NewSanctionType, RecordedLater: r.RecordedLater}
}

func insertContest(tx *db.Tx, tenant int32, sid id.ID, c Contest) error {
	r := contestRow{TenantID: tenant, ID: c.ID, SanctionID: sid, Kind: c.Kind, FiledOn: c.FiledOn, Number: c.Number, Late: c.Late,
		RecordedLater: c.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("sanction_contest", &r)
}

// contests reads the remedies against sanctions, oldest first.
func contests(tx *db.Tx, ids []id.ID) (map[id.ID][]Contest, error) {
	var rows []contestRow
	err := tx.From("sanction_contest").Where("sanction_id IN ?", ids).Order("created_at, id").Find(&rows).Error
	out := map[id.ID][]Contest{}
	for _, r := range rows {
		out[r.SanctionID] = append(out[r.SanctionID], r.contest())
	}
	return out, err
}

func updateContest(tx *db.Tx, c Contest) error {
	return db.Changed(tx.From("sanction_contest").Where("id = ?", c.ID).Updates(map[string]any{"outcome": c.Outcome, "decided_on": c.DecidedOn,
		"decided_by": c.DecidedBy, "decision_number": c.DecisionNumber, "old_sanction_type": c.OldKind, "new_sanction_type": c.NewKind}))
}
