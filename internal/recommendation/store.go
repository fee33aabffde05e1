package recommendation

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/catalog"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	OrganisationID id.ID     `gorm:"column:organisation_id"`
	Number         string    `gorm:"column:number"`
	NumberKey      string    `gorm:"column:number_key"`
	SourceID       *id.ID    `gorm:"column:source_organisation_id"`
	SourceNumber   string    `gorm:"column:source_number"`
	SBTNumber      string    `gorm:"column:sbt_number"`
	Issued         day.Day   `gorm:"column:issued_on"`
	ReceivedOn     day.Day   `gorm:"column:received_on"`
	State          string    `gorm:"column:state"`
	ClosedOn       *day.Day  `gorm:"column:closed_on"`
	DueOn          day.Day   `gorm:"column:due_on"`
	DueComputedOn  day.Day   `gorm:"column:due_computed_on"`
	DueRule        string    `gorm:"column:due_rule"`
	DueConfidence  string    `gorm:"column:due_confidence"`
	DueReason      string    `gorm:"column:due_reason"`
	MandateID      *id.ID    `gorm:"column:mandate_id"`
	RecordedLater  bool      `gorm:"column:recorded_later"`
	Version        int32     `gorm:"column:version"`
	CreatedAt      time.Time `gorm:"column:created_at"`
	UpdatedAt      time.Time `gorm:"column:updated_at"`
}

func (r row) recommendation() Recommendation {
	return Recommendation{ID: r.ID, Organisation: r.OrganisationID, Number: r.Number, Source: Source{r.SourceID, r.SourceNumber, r.SBTNumber},
		Issued: r.Issued, Received: r.ReceivedOn, State: State(r.State),
		Closed: r.ClosedOn, Due: Due{On: r.DueOn, Computed: r.DueComputedOn, Rule: r.DueRule, Confidence: catalog.Confidence(r.DueConfidence), Reason: r.DueReason},
		Mandate: r.MandateID, RecordedLater: r.RecordedLater, Version: r.Version}
}

// visible leaves out what concerns the caller: a subject learns of it from the
// own case, also when the record was joined to another (T-11).
func visible(tx *db.Tx) *gorm.DB {
	q := tx.From("recommendation")
	if me := tx.Scope().Person(); me != id.Nil {
		q = q.Where(`NOT EXISTS (SELECT FROM recommendation_subject s JOIN asn a ON a.tenant_id = s.tenant_id AND a.id = s.asn_id
			WHERE s.tenant_id = recommendation.tenant_id AND s.recommendation_id = recommendation.id AND ? IN (a.id, a.merged_into))`, me)
	}
	return q
}

// Filter narrows a list of recommendations.
type Filter struct {
	State        State
	Overdue      bool
	Organisation *id.ID
	Number       string
}

func list(tx *db.Tx, f Filter, today day.Day, r page.Request) ([]Recommendation, error) {
	q := visible(tx)
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Overdue {
		q = q.Where("state <> ? AND due_on < ?", FollowedUp, today)
	}
	if f.Organisation != nil {
		q = q.Where("organisation_id = ?", *f.Organisation)
	}
	if f.Number != "" {
		q = q.Where("number_key = ?", canon.Number(f.Number))
	}
	if r.After != nil {
		q = q.Where("(due_on, id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("due_on, id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Recommendation, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.recommendation())
	}
	return fill(tx, out)
}

func find(tx *db.Tx, rid id.ID, lock bool) (Recommendation, error) {
	q := visible(tx).Where("id = ?", rid)
	if lock {
		q = q.Clauses(db.ForUpdate("recommendation"))
	}
	var x row
	if err := db.First(q, &x); err != nil {
		return Recommendation{}, err
	}
	return x.recommendation(), tx.Match(x.ID, x.Version, lock)
}

// findAny reads and locks a recommendation, whoever may see it: for what the
// program itself does.
func findAny(tx *db.Tx, rid id.ID) (Recommendation, error) {
	var x row
	err := db.First(tx.From("recommendation").Where("id = ?", rid).Clauses(db.ForUpdate("recommendation")), &x)
	return x.recommendation(), err
}

// VisibleIDs is the statement of the recommendations the caller may see.
func VisibleIDs(tx *db.Tx) (*gorm.DB, error) { return visible(tx).Select("recommendation.id"), nil }

func loaded(tx *db.Tx, r Recommendation) (Recommendation, error) {
	out, err := fill(tx, []Recommendation{r})
	if err != nil {
		return r, err
	}
	return out[0], nil
}

// fill reads what belongs to recommendations, one statement a table.
func fill(tx *db.Tx, list []Recommendation) ([]Recommendation, error) {
	at, ids := map[id.ID]int{}, make([]id.ID, 0, len(list))
	for i := range list {
		list[i].Subjects, list[i].FollowUps, list[i].Cases = []Subject{}, []FollowUp{}, []id.ID{}
		at[list[i].ID], ids = i, append(ids, list[i].ID)
	}
	if len(ids) == 0 {
		return list, nil
	}
	var subjects []subjectRow
	if err := subjectsOf(tx).Where("recommendation_id IN ?", ids).Order("no").Find(&subjects).Error; err != nil {
		return nil, err
	}
	for _, x := range subjects {
		r := &list[at[x.RecommendationID]]
		r.Subjects = append(r.Subjects, x.subject())
	}
	var done []followUpRow
	if err := tx.From("recommendation_follow_up").Where("recommendation_id IN ?", ids).Order("no").Find(&done).Error; err != nil {
		return nil, err
	}
	for _, x := range done {
		r := &list[at[x.RecommendationID]]
		r.FollowUps = append(r.FollowUps, x.followUp())
	}
	var linked []caseRow
	if err := tx.From("recommendation_case").Where("recommendation_id IN ?", ids).Order("case_id").Find(&linked).Error; err != nil {
		return nil, err
	}
	for _, x := range linked {
		r := &list[at[x.RecommendationID]]
		r.Cases = append(r.Cases, x.CaseID)
	}
	return list, nil
}

func insert(tx *db.Tx, tenant int32, r Recommendation) error {
	return tx.Insert("recommendation", &row{TenantID: tenant, ID: r.ID, OrganisationID: r.Organisation, Number: r.Number, NumberKey: canon.Number(r.Number),
		SourceID: r.Source.Organisation, SourceNumber: r.Source.Number, SBTNumber: r.Source.SBT,
		Issued: r.Issued, ReceivedOn: r.Received, State: string(r.State), DueOn: r.Due.On, DueComputedOn: r.Due.Computed, DueRule: r.Due.Rule,
		DueConfidence: string(r.Due.Confidence), DueReason: r.Due.Reason, MandateID: r.Mandate, RecordedLater: r.RecordedLater, Version: r.Version,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now()})
}

func update(tx *db.Tx, r Recommendation) error {
	return db.Changed(tx.From("recommendation").Where("id = ?", r.ID).Updates(map[string]any{"state": r.State, "closed_on": r.Closed,
		"due_on": r.Due.On, "due_computed_on": r.Due.Computed, "due_reason": r.Due.Reason, "version": r.Version, "updated_at": tx.Now()}))
}

type subjectRow struct {
	TenantID         int32   `gorm:"column:tenant_id"`
	RecommendationID id.ID   `gorm:"column:recommendation_id"`
	No               int32   `gorm:"column:no"`
	ASNID            id.ID   `gorm:"column:asn_id"`
	SanctionCode     *string `gorm:"column:sanction_code"`
	Wording          string  `gorm:"column:wording"`
}

func (r subjectRow) subject() Subject {
	s := Subject{ASN: r.ASNID, Wording: r.Wording}
	if r.SanctionCode != nil {
		s.Sanction = *r.SanctionCode
	}
	return s
}

// subjectsOf reads subjects as who stands today: the letter's own line is never
// changed when the record it named was joined to another.
func subjectsOf(tx *db.Tx) *gorm.DB {
	return tx.From("recommendation_subject").
		Joins("JOIN asn one ON one.tenant_id = recommendation_subject.tenant_id AND one.id = recommendation_subject.asn_id").
		Select("recommendation_subject.recommendation_id, recommendation_subject.no, recommendation_subject.sanction_code, recommendation_subject.wording, " +
			"coalesce(one.merged_into, one.id) AS asn_id")
}

func insertSubjects(tx *db.Tx, tenant int32, rid id.ID, subjects []Subject) error {
	rows := make([]subjectRow, 0, len(subjects))
	for i, s := range subjects {
		x := subjectRow{TenantID: tenant, RecommendationID: rid, No: int32(i + 1), ASNID: s.ASN, Wording: s.Wording}
		if s.Sanction != "" {
			x.SanctionCode = &s.Sanction
		}
		rows = append(rows, x)
	}
	return tx.Insert("recommendation_subject", &rows)
}

type followUpRow struct {
	TenantID         int32   `gorm:"column:tenant_id"`
	RecommendationID id.ID   `gorm:"column:recommendation_id"`
	No               int32   `gorm:"column:no"`
	Kind             string  `gorm:"column:kind"`
	Wording          string  `gorm:"column:wording"`
	Number           string  `gorm:"column:number"`
	HappenedOn       day.Day `gorm:"column:happened_on"`
	CaseID           *id.ID  `gorm:"column:case_id"`
	RecordedLater    bool    `gorm:"column:recorded_later"`
}

func (r followUpRow) followUp() FollowUp {
	return FollowUp{No: r.No, Kind: Kind(r.Kind), Wording: r.Wording, Number: r.Number, Day: r.HappenedOn, Case: r.CaseID, RecordedLater: r.RecordedLater}
}

func insertFollowUp(tx *db.Tx, tenant int32, rid id.ID, f FollowUp) error {
	return tx.Insert("recommendation_follow_up", &followUpRow{TenantID: tenant, RecommendationID: rid, No: f.No, Kind: string(f.Kind), Wording: f.Wording,
		Number: f.Number, HappenedOn: f.Day, CaseID: f.Case, RecordedLater: f.RecordedLater})
}

type caseRow struct {
	TenantID         int32 `gorm:"column:tenant_id"`
	RecommendationID id.ID `gorm:"column:recommendation_id"`
	CaseID           id.ID `gorm:"column:case_id"`
}

// insertCase links a case; the same again is no news.
func insertCase(tx *db.Tx, tenant int32, rid, caseID id.ID) error {
	_, err := tx.Exec(`INSERT INTO recommendation_case (tenant_id, recommendation_id, case_id) VALUES (@tenant, @recommendation, @case) ON CONFLICT DO NOTHING`,
		map[string]any{"tenant": tenant, "recommendation": rid, "case": caseID})
	return err
}
