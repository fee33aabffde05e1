package casefile

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type decisionRow struct {
	TenantID       int32           `gorm:"column:tenant_id"`
	ID             id.ID           `gorm:"column:id"`
	CaseID         id.ID           `gorm:"column:case_id"`
	Outcome        string          `gorm:"column:outcome"`
	Number         string          `gorm:"column:number"`
	DecidedOn      day.Day         `gorm:"column:decided_on"`
	MandateID      *id.ID          `gorm:"column:mandate_id"`
	SignatoryASNID *id.ID          `gorm:"column:signatory_asn_id"`
	SignatoryName  string          `gorm:"column:signatory_name"`
	SignatoryTitle string          `gorm:"column:signatory_title"`
	Exception      string          `gorm:"column:exception"`
	AuthorityRule  string          `gorm:"column:authority_rule"`
	SanctionType   string          `gorm:"column:sanction_type"`
	SanctionLevel  string          `gorm:"column:sanction_level"`
	LegalBasis     string          `gorm:"column:legal_basis"`
	Reason         string          `gorm:"column:reason"`
	SubjectPost    json.RawMessage `gorm:"column:subject_post"`
	Annulled       bool            `gorm:"column:annulled"`
	RecordedLater  bool            `gorm:"column:recorded_later"`
	CreatedAt      time.Time       `gorm:"column:created_at"`
}

func (r decisionRow) decision() (Decision, error) {
	d := Decision{ID: r.ID, Outcome: r.Outcome, Number: r.Number, DecidedOn: r.DecidedOn, Mandate: r.MandateID, SignatoryASN: r.SignatoryASNID,
		SignatoryName: r.SignatoryName, SignatoryTitle: r.SignatoryTitle, Exception: r.Exception, AuthorityRule: r.AuthorityRule,
		SanctionType: r.SanctionType, Level: r.SanctionLevel, LegalBasis: r.LegalBasis, Reason: r.Reason, Annulled: r.Annulled, RecordedLater: r.RecordedLater}
	return d, json.Unmarshal(r.SubjectPost, &d.SubjectPost)
}

func insertDecision(tx *db.Tx, tenant int32, cid id.ID, d Decision) error {
	r := decisionRow{TenantID: tenant, ID: d.ID, CaseID: cid, Outcome: d.Outcome, Number: d.Number, DecidedOn: d.DecidedOn, MandateID: d.Mandate,
		SignatoryASNID: d.SignatoryASN, SignatoryName: d.SignatoryName, SignatoryTitle: d.SignatoryTitle, Exception: d.Exception,
		AuthorityRule: d.AuthorityRule, SanctionType: d.SanctionType, SanctionLevel: d.Level, LegalBasis: d.LegalBasis, Reason: d.Reason,
		SubjectPost: must(d.SubjectPost), RecordedLater: d.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("casefile_decision", &r)
}

// latestDecision gives the last decision of a case, nil when there is none.
func latestDecision(tx *db.Tx, cid id.ID) (*Decision, error) {
	var r decisionRow
	found, err := db.Found(tx.From("casefile_decision").Where("case_id = ?", cid).Order("created_at DESC, id DESC").Limit(1), &r)
	if err != nil || !found {
		return nil, err
	}
	d, err := r.decision()
	return &d, err
}

func annulDecision(tx *db.Tx, cid id.ID) error {
	return db.Changed(tx.From("casefile_decision").Where("case_id = ? AND NOT annulled", cid).Update("annulled", true))
}

func reviseDecision(tx *db.Tx, decision id.ID, kind, level string) error {
	return db.Changed(tx.From("casefile_decision").Where("id = ?", decision).
		Updates(map[string]any{"sanction_type": kind, "sanction_level": level}))
}

// earlierSanctions are the decisions that stand against the subject of a case in
// other cases.
func earlierSanctions(tx *db.Tx, c Case, until day.Day) ([]Decision, error) {
	var rows []struct {
		SanctionType   string          `gorm:"column:sanction_type"`
		SanctionLevel  string          `gorm:"column:sanction_level"`
		ActOn          day.Day         `gorm:"column:act_on"`
		ViolationTypes json.RawMessage `gorm:"column:violation_types"`
	}
	err := tx.From("casefile_decision").Joins("JOIN casefile ON casefile.tenant_id = casefile_decision.tenant_id AND casefile.id = casefile_decision.case_id").
		Where("casefile.subject_id IN ? AND casefile.id <> ? AND casefile_decision.outcome = 'sanction' AND NOT casefile_decision.annulled AND casefile_decision.decided_on <= ?",
			[]id.ID{c.Subject, c.person}, c.ID, until).
		Select("casefile_decision.sanction_type, casefile_decision.sanction_level, casefile.act_on, casefile.violation_types").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]Decision, 0, len(rows))
	for _, r := range rows {
		d := Decision{SanctionType: r.SanctionType, Level: r.SanctionLevel, actOn: r.ActOn}
		if err := json.Unmarshal(r.ViolationTypes, &d.violationTypes); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
