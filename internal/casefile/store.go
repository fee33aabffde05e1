package casefile

import (
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/deadline"
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
	Clocks               json.RawMessage `gorm:"column:clocks;->"`
	Handler              *id.ID          `gorm:"column:handler_account_id"`
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
		CriminalReferral: r.CriminalReferral, SpouseIsCandidate: r.SpouseIsCandidate, Handler: r.Handler, ClosingReason: r.ClosingReason,
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
		CriminalReferral: c.CriminalReferral, SpouseIsCandidate: c.SpouseIsCandidate, Handler: c.Handler,
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

// cases is every case of the government, with its running clocks and the record
// that stands today for its subject.
func cases(tx *db.Tx) *gorm.DB {
	return tx.From("casefile").Select(`casefile.*, (SELECT coalesce(a.merged_into, a.id) FROM asn a
		WHERE a.tenant_id = casefile.tenant_id AND a.id = casefile.subject_id) AS person_id, ` + deadline.RunningJSON(deadline.Case, "casefile") + ` AS clocks`)
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
	State   State
	Track   string
	OPD     *id.ID
	Subject *id.ID
	Handler *id.ID
	Open    *bool
	Number  string
}

func queue(tx *db.Tx, v *seal.Master, f Filter, r page.Request) ([]Case, error) {
	q := visible(tx)
	for column, value := range map[string]string{"state": string(f.State), "track": f.Track} {
		if value != "" {
			q = q.Where("casefile."+column+" = ?", value)
		}
	}
	for column, value := range map[string]*id.ID{"opd_id": f.OPD, "handler_account_id": f.Handler} {
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
	return db.Each(rows, func(one row) (Case, error) { return one.toCase(v) })
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
		Select("state", "state_since", "superior_id", "handler_account_id", "closing_reason", "closed_on", "version", "updated_at").Updates(&r))
}
