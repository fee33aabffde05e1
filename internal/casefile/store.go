package casefile

import (
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
	"github.com/netral-asn/netral/internal/platform/seal"
)

type row struct {
	TenantID             int32           `gorm:"column:tenant_id"`
	ID                   id.ID           `gorm:"column:id"`
	Number               string          `gorm:"column:number"`
	State                string          `gorm:"column:state"`
	StateSince           day.Day         `gorm:"column:state_since"`
	Track                string          `gorm:"column:track"`
	SubjectID            id.ID           `gorm:"column:subject_id"`
	PersonID             id.ID           `gorm:"column:person_id;->"`
	OPDID                id.ID           `gorm:"column:opd_id"`
	SuperiorID           *id.ID          `gorm:"column:superior_id"`
	ActOn                day.Day         `gorm:"column:act_on"`
	KnownOn              *day.Day        `gorm:"column:known_on"`
	RegisteredOn         day.Day         `gorm:"column:registered_on"`
	Accusation           []byte          `gorm:"column:accusation"`
	ViolationTypes       json.RawMessage `gorm:"column:violation_types"`
	ProposedTypes        json.RawMessage `gorm:"column:proposed_types"`
	ClassificationReason string          `gorm:"column:classification_reason"`
	Phases               json.RawMessage `gorm:"column:phases"`
	ElectionID           *id.ID          `gorm:"column:election_id"`
	Contest              string          `gorm:"column:contest"`
	CandidateID          *id.ID          `gorm:"column:candidate_id"`
	CandidateStatus      string          `gorm:"column:candidate_status"`
	ActPost              json.RawMessage `gorm:"column:act_post"`
	CriminalReferral     bool            `gorm:"column:criminal_referral"`
	SpouseIsCandidate    bool            `gorm:"column:spouse_is_candidate"`
	Clocks               json.RawMessage `gorm:"column:clocks"`
	AssignedTo           *id.ID          `gorm:"column:assigned_to"`
	ClosingReason        string          `gorm:"column:closing_reason"`
	ClosedOn             *day.Day        `gorm:"column:closed_on"`
	RecordedLater        bool            `gorm:"column:recorded_later"`
	Version              int32           `gorm:"column:version"`
	CreatedAt            time.Time       `gorm:"column:created_at"`
	UpdatedAt            time.Time       `gorm:"column:updated_at"`
}

func sealText(v *seal.Master, text string, place []string) []byte {
	if text == "" {
		return []byte{}
	}
	return v.Seal([]byte(text), place...)
}

func openText(v *seal.Master, sealed []byte, place []string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	b, err := v.Open(sealed, place...)
	return string(b), err
}

func decode(into map[any]json.RawMessage) error {
	for to, from := range into {
		if err := json.Unmarshal(from, to); err != nil {
			return err
		}
	}
	return nil
}

func (r row) toCase(v *seal.Master) (Case, error) {
	c := Case{ID: r.ID, Number: r.Number, State: State(r.State), StateSince: r.StateSince, Track: r.Track, Subject: r.SubjectID, person: r.PersonID, OPD: r.OPDID,
		Superior: r.SuperiorID, ActOn: r.ActOn, KnownOn: r.KnownOn, RegisteredOn: r.RegisteredOn, ClassificationReason: r.ClassificationReason,
		Election: r.ElectionID, Contest: r.Contest, Candidate: r.CandidateID, CandidateStatus: r.CandidateStatus,
		CriminalReferral: r.CriminalReferral, SpouseIsCandidate: r.SpouseIsCandidate, AssignedTo: r.AssignedTo, ClosingReason: r.ClosingReason,
		ClosedOn: r.ClosedOn, RecordedLater: r.RecordedLater, Version: r.Version, UpdatedAt: r.UpdatedAt}
	err := decode(map[any]json.RawMessage{&c.ViolationTypes: r.ViolationTypes, &c.ProposedTypes: r.ProposedTypes, &c.Phases: r.Phases,
		&c.ActPost: r.ActPost, &c.Clocks: r.Clocks})
	if err != nil {
		return c, err
	}
	c.Accusation, err = openText(v, r.Accusation, place("casefile", r.ID, "accusation"))
	return c, err
}

// list gives the JSON of a list, never null.
func list[T any](in []T) json.RawMessage {
	if in == nil {
		in = []T{}
	}
	return must(in)
}

// must gives the JSON of our own plain types, which cannot fail.
func must(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("casefile: plain values cannot fail: " + err.Error())
	}
	return b
}

func toRow(tx *db.Tx, v *seal.Master, tenant int32, c Case) row {
	return row{TenantID: tenant, ID: c.ID, Number: c.Number, State: string(c.State), StateSince: c.StateSince, Track: c.Track, SubjectID: c.Subject,
		OPDID: c.OPD, SuperiorID: c.Superior, ActOn: c.ActOn, KnownOn: c.KnownOn, RegisteredOn: c.RegisteredOn,
		Accusation:     sealText(v, c.Accusation, place("casefile", c.ID, "accusation")),
		ViolationTypes: list(c.ViolationTypes), ProposedTypes: list(c.ProposedTypes), ClassificationReason: c.ClassificationReason, Phases: list(c.Phases),
		ElectionID: c.Election, Contest: c.Contest, CandidateID: c.Candidate, CandidateStatus: c.CandidateStatus, ActPost: must(c.ActPost),
		CriminalReferral: c.CriminalReferral, SpouseIsCandidate: c.SpouseIsCandidate, Clocks: list(c.Clocks), AssignedTo: c.AssignedTo,
		ClosingReason: c.ClosingReason, ClosedOn: c.ClosedOn, RecordedLater: c.RecordedLater, Version: c.Version, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
}

const (
	summonedOnce = `EXISTS (SELECT 1 FROM casefile_summons s WHERE s.tenant_id = casefile.tenant_id AND s.case_id = casefile.id)`
	// mine are the viewer's record and those that were joined to it: two records
	// of one human are one viewer (T-11).
	mine      = `(SELECT a.id FROM asn a WHERE a.tenant_id = casefile.tenant_id AND (a.id = @me OR a.merged_into = @me))`
	notWalled = `NOT EXISTS (SELECT 1 FROM casefile_wall w WHERE w.tenant_id = casefile.tenant_id AND w.case_id = casefile.id AND w.asn_id IN ` + mine + `)`
	ofHandler = `(casefile.subject_id NOT IN ` + mine + ` OR ` + summonedOnce + `)`
	ofPerson  = `(casefile.superior_id IN ` + mine + ` OR (casefile.subject_id IN ` + mine + ` AND ` + summonedOnce + `))`
)

// cases is every case of the government, with the record that stands today for
// its subject.
func cases(tx *db.Tx) *gorm.DB {
	return tx.From("casefile").Select(`casefile.*, (SELECT coalesce(a.merged_into, a.id) FROM asn a
		WHERE a.tenant_id = casefile.tenant_id AND a.id = casefile.subject_id) AS person_id`)
}

func viewer(tx *db.Tx) map[string]any { return map[string]any{"me": tx.Scope().Person()} }

// visible is the one statement of who sees a case (T-11): nobody walled off, the
// subject from the summons on, the superior who must act, and handlers all
// others.
func visible(tx *db.Tx) *gorm.DB {
	q := cases(tx).Where(notWalled, viewer(tx))
	if tx.Scope().Reach() == authz.Whole {
		return q.Where(ofHandler, viewer(tx))
	}
	return q.Where(ofPerson, viewer(tx))
}

// handled is visible without the subject, who takes no step in the own case.
func handled(tx *db.Tx) *gorm.DB {
	return visible(tx).Where("casefile.subject_id NOT IN "+mine, viewer(tx))
}

// VisibleIDs is the statement of the cases the caller may see, for the lists of
// what hangs on a case.
func VisibleIDs(tx *db.Tx) *gorm.DB { return visible(tx).Select("casefile.id") }

// VisibleDeliveredIDs is VisibleIDs for what the subject learns by its delivery
// alone.
func VisibleDeliveredIDs(tx *db.Tx) *gorm.DB {
	return VisibleIDs(tx).Where("(casefile.subject_id NOT IN "+mine+` OR EXISTS (SELECT 1 FROM casefile_step d WHERE d.tenant_id = casefile.tenant_id
		AND d.case_id = casefile.id AND d.step = @step))`, map[string]any{"me": tx.Scope().Person(), "step": Delivering})
}

func find(v *seal.Master, q *gorm.DB, cid id.ID, lock bool) (Case, error) {
	if lock {
		q = q.Clauses(db.ForUpdate("casefile"))
	}
	var r row
	if err := db.First(q.Where("casefile.id = ?", cid), &r); err != nil {
		return Case{}, err
	}
	return r.toCase(v)
}

func byIDs(tx *db.Tx, v *seal.Master, ids []id.ID) (map[id.ID]Case, error) {
	var rows []row
	if err := cases(tx).Where("casefile.id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[id.ID]Case{}
	for _, r := range rows {
		c, err := r.toCase(v)
		if err != nil {
			return nil, err
		}
		out[c.ID] = c
	}
	return out, nil
}

// Filter narrows the queue.
type Filter struct {
	State      State
	Track      string
	OPD        *id.ID
	Subject    *id.ID
	AssignedTo *id.ID
	Open       *bool
	Number     string
}

func queue(tx *db.Tx, v *seal.Master, f Filter, r page.Request) ([]Case, error) {
	q := visible(tx)
	for column, value := range map[string]string{"state": string(f.State), "track": f.Track} {
		if value != "" {
			q = q.Where("casefile."+column+" = ?", value)
		}
	}
	for column, value := range map[string]*id.ID{"opd_id": f.OPD, "assigned_to": f.AssignedTo} {
		if value != nil {
			q = q.Where("casefile."+column+" = ?", *value)
		}
	}
	if f.Subject != nil { // also where the case was opened under a record joined since
		q = q.Where("casefile.subject_id IN ("+asn.Records+")", asn.RecordsOf(tx, *f.Subject))
	}
	if f.Open != nil {
		q = q.Where("(casefile.state <> 'closed') = ?", *f.Open)
	}
	if f.Number != "" {
		q = q.Where("replace(casefile.number, '-', '') = ?", strings.ToUpper(canon.Number(f.Number)))
	}
	if r.After != nil {
		q = q.Where("(casefile.registered_on, casefile.id) > (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("casefile.registered_on, casefile.id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Case, 0, len(rows))
	for _, one := range rows {
		c, err := one.toCase(v)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func numberTaken(tx *db.Tx, number string) (bool, error) {
	var n int64
	err := tx.From("casefile").Where("number = ?", number).Count(&n).Error
	return n > 0, err
}

func insert(tx *db.Tx, v *seal.Master, tenant int32, c Case) error {
	r := toRow(tx, v, tenant, c)
	return tx.Insert("casefile", &r)
}

func update(tx *db.Tx, v *seal.Master, tenant int32, c Case) error {
	r := toRow(tx, v, tenant, c)
	return db.Changed(tx.From("casefile").Where("casefile.id = ?", c.ID).
		Select("state", "state_since", "superior_id", "clocks", "assigned_to", "closing_reason", "closed_on", "version", "updated_at").Updates(&r))
}

type originRow struct {
	TenantID         int32     `gorm:"column:tenant_id"`
	ID               id.ID     `gorm:"column:id"`
	CaseID           id.ID     `gorm:"column:case_id"`
	Kind             string    `gorm:"column:kind"`
	ReportID         *id.ID    `gorm:"column:report_id"`
	RecommendationID *id.ID    `gorm:"column:recommendation_id"`
	OrganisationID   *id.ID    `gorm:"column:organisation_id"`
	TheirNumber      string    `gorm:"column:their_number"`
	ReceivedOn       day.Day   `gorm:"column:received_on"`
	CreatedAt        time.Time `gorm:"column:created_at"`
}

func insertOrigin(tx *db.Tx, tenant int32, cid id.ID, o Origin) error {
	r := originRow{TenantID: tenant, ID: tx.NewID(), CaseID: cid, Kind: o.Kind, ReportID: o.Report, RecommendationID: o.Recommendation,
		OrganisationID: o.Organisation, TheirNumber: o.TheirNumber, ReceivedOn: o.ReceivedOn, CreatedAt: tx.Now()}
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
			TheirNumber: r.TheirNumber, ReceivedOn: r.ReceivedOn})
	}
	return out, err
}

// fromSameReport reads all cases that a report fed.
func fromSameReport(tx *db.Tx, v *seal.Master, rid id.ID) ([]Case, error) {
	var rows []row
	err := cases(tx).Where(`EXISTS (SELECT 1 FROM casefile_origin o WHERE o.tenant_id = casefile.tenant_id
		AND o.case_id = casefile.id AND o.report_id = ?)`, rid).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]Case, 0, len(rows))
	for _, r := range rows {
		c, err := r.toCase(v)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
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
	LetterNumber  string    `gorm:"column:letter_number"`
	MissedOn      *day.Day  `gorm:"column:missed_on"`
	ShortNotice   bool      `gorm:"column:short_notice"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

func insertSummons(tx *db.Tx, tenant int32, cid id.ID, s Summons) error {
	r := summonsRow{TenantID: tenant, ID: s.ID, CaseID: cid, Sequence: s.Sequence, IssuedOn: s.IssuedOn, AppearOn: s.AppearOn, Place: s.Place,
		LetterNumber: s.LetterNumber, MissedOn: s.MissedOn, ShortNotice: s.ShortNotice, RecordedLater: s.RecordedLater, CreatedAt: tx.Now()}
	return tx.Insert("casefile_summons", &r)
}

func summonses(tx *db.Tx, cid id.ID) ([]Summons, error) {
	rows, err := ofCase[summonsRow](tx, "casefile_summons", "created_at, sequence", cid)
	out := make([]Summons, 0, len(rows))
	for _, r := range rows {
		out = append(out, Summons{ID: r.ID, Sequence: r.Sequence, IssuedOn: r.IssuedOn, AppearOn: r.AppearOn, Place: r.Place, LetterNumber: r.LetterNumber,
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
