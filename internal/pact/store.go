package pact

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type textRow struct {
	TenantID   int32           `gorm:"column:tenant_id"`
	ID         id.ID           `gorm:"column:id"`
	ElectionID id.ID           `gorm:"column:election_id"`
	Edition    int32           `gorm:"column:edition"`
	Title      string          `gorm:"column:title"`
	Preamble   string          `gorm:"column:preamble"`
	Clauses    json.RawMessage `gorm:"column:clauses"`
	Consent    string          `gorm:"column:consent"`
	ReplacesID *id.ID          `gorm:"column:replaces_id"`
	State      string          `gorm:"column:state"`
	Round      int32           `gorm:"column:round"`
	Version    int32           `gorm:"column:version"`
	CreatedAt  time.Time       `gorm:"column:created_at"`
}

// publishedRow is the words people sign: rows are added, never changed.
type publishedRow struct {
	TenantID    int32     `gorm:"column:tenant_id"`
	PactTextID  id.ID     `gorm:"column:pact_text_id"`
	Body        string    `gorm:"column:body"`
	SHA256      []byte    `gorm:"column:sha256"`
	PublishedAt time.Time `gorm:"column:published_at"`
}

// text gives the parts; the words of a published one come from its own table.
func (r textRow) text() (Text, error) {
	t := Text{ID: r.ID, Election: r.ElectionID, Edition: r.Edition, Title: r.Title, Preamble: r.Preamble, Consent: r.Consent,
		Replaces: r.ReplacesID, State: TextState(r.State), Round: r.Round, Version: r.Version}
	if err := json.Unmarshal(r.Clauses, &t.Clauses); err != nil {
		return t, err
	}
	return t.composed(), nil
}

func toTextRow(tx *db.Tx, tenant int32, t Text) (textRow, error) {
	clauses, err := json.Marshal(t.Clauses)
	return textRow{TenantID: tenant, ID: t.ID, ElectionID: t.Election, Edition: t.Edition, Title: t.Title, Preamble: t.Preamble, Clauses: clauses,
		Consent: t.Consent, ReplacesID: t.Replaces, State: string(t.State), Round: t.Round, Version: t.Version, CreatedAt: tx.Now()}, err
}

// TextFilter narrows a list of texts.
type TextFilter struct {
	Election *id.ID
	State    TextState
}

func listTexts(tx *db.Tx, f TextFilter, r page.Request) ([]Text, error) {
	q := tx.From("pact_text")
	if f.Election != nil {
		q = q.Where("election_id = ?", *f.Election)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if r.After != nil {
		q = q.Where("id < ?", r.After[0])
	}
	var rows []textRow
	if err := q.Order("id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return completeTexts(tx, rows)
}

func findText(tx *db.Tx, tid id.ID, lock bool) (Text, error) {
	q := tx.From("pact_text").Where("id = ?", tid)
	if lock {
		q = q.Clauses(db.ForUpdate("pact_text"))
	}
	var r textRow
	if err := db.First(q, &r); err != nil {
		return Text{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Text{}, err
	}
	texts, err := completeTexts(tx, []textRow{r})
	if err != nil {
		return Text{}, err
	}
	return texts[0], nil
}

// completeTexts adds approvals and the published words.
func completeTexts(tx *db.Tx, rows []textRow) ([]Text, error) {
	ids := make([]id.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	approvals, err := approvalsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	published, err := publishedOf(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Text, 0, len(rows))
	for _, r := range rows {
		t, err := r.text()
		if err != nil {
			return nil, err
		}
		for _, a := range approvals[r.ID] {
			if a.Round == r.Round {
				t.Approvals = append(t.Approvals, a.approval())
			}
		}
		if p, ok := published[r.ID]; ok {
			t.Body, t.SHA256, t.PublishedAt = p.Body, bytesHash(p.SHA256), &p.PublishedAt
		}
		out = append(out, t)
	}
	return out, nil
}

func publishedOf(tx *db.Tx, texts []id.ID) (map[id.ID]publishedRow, error) {
	var rows []publishedRow
	err := tx.From("pact_text_published").Where("pact_text_id IN ?", texts).Find(&rows).Error
	out := make(map[id.ID]publishedRow, len(rows))
	for _, r := range rows {
		out[r.PactTextID] = r
	}
	return out, err
}

type approvalRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	PactTextID id.ID     `gorm:"column:pact_text_id"`
	Round      int32     `gorm:"column:round"`
	ApproverID id.ID     `gorm:"column:approver_id"`
	ASNID      *id.ID    `gorm:"column:asn_id"`
	SHA256     []byte    `gorm:"column:sha256"`
	ApprovedAt time.Time `gorm:"column:approved_at"`
}

func (r approvalRow) approval() Approval {
	return Approval{Approver: r.ApproverID, Person: r.ASNID, SHA256: bytesHash(r.SHA256), At: r.ApprovedAt}
}

// approvalsOf reads who approved, as the record of the person that stands today.
func approvalsOf(tx *db.Tx, texts []id.ID) (map[id.ID][]approvalRow, error) {
	var rows []approvalRow
	err := tx.From("pact_text_approval").
		Joins("LEFT JOIN asn ON asn.tenant_id = pact_text_approval.tenant_id AND asn.id = pact_text_approval.asn_id").
		Select("pact_text_id, round, approver_id, coalesce(asn.merged_into, pact_text_approval.asn_id) AS asn_id, sha256, approved_at").
		Where("pact_text_id IN ?", texts).Order("approved_at, approver_id").Find(&rows).Error
	out := map[id.ID][]approvalRow{}
	for _, r := range rows {
		out[r.PactTextID] = append(out[r.PactTextID], r)
	}
	return out, err
}

func insertApproval(tx *db.Tx, tenant int32, t Text, a Approval) error {
	return tx.Insert("pact_text_approval", &approvalRow{TenantID: tenant, PactTextID: t.ID, Round: t.Round, ApproverID: a.Approver, ASNID: a.Person,
		SHA256: a.SHA256[:], ApprovedAt: a.At})
}

// nextEdition counts inside one election; two authors at once meet the unique
// key.
func nextEdition(tx *db.Tx, election id.ID) (int32, error) {
	var row struct{ Edition int32 }
	err := tx.SQL("SELECT coalesce(max(edition), 0) + 1 AS edition FROM pact_text WHERE tenant_id IN @tenants AND election_id = @election",
		map[string]any{"election": election}).Scan(&row).Error
	return row.Edition, err
}

func insertText(tx *db.Tx, tenant int32, t Text) error {
	r, err := toTextRow(tx, tenant, t)
	if err != nil {
		return err
	}
	return tx.Insert("pact_text", &r)
}

func updateText(tx *db.Tx, tenant int32, t Text) error {
	r, err := toTextRow(tx, tenant, t)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("pact_text").Where("id = ?", t.ID).
		Select("title", "preamble", "clauses", "consent", "state", "round", "version").Updates(&r))
}

func insertPublished(tx *db.Tx, tenant int32, t Text) error {
	return tx.Insert("pact_text_published", &publishedRow{TenantID: tenant, PactTextID: t.ID, Body: t.Body, SHA256: t.SHA256[:], PublishedAt: tx.Now()})
}
