package pact

import (
	"bytes"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type signatureRow struct {
	TenantID      int32     `gorm:"column:tenant_id"`
	ID            id.ID     `gorm:"column:id"`
	CampaignID    id.ID     `gorm:"column:campaign_id"`
	PactTextID    id.ID     `gorm:"column:pact_text_id"`
	ASNID         id.ID     `gorm:"column:asn_id"`
	Attempt       int32     `gorm:"column:attempt"`
	OPDID         id.ID     `gorm:"column:opd_id"`
	TextSHA256    []byte    `gorm:"column:text_sha256"`
	Method        string    `gorm:"column:method"`
	Assurance     *string   `gorm:"column:assurance"`
	AccountID     *id.ID    `gorm:"column:account_id"`
	SignedOn      day.Day   `gorm:"column:signed_on"`
	Place         string    `gorm:"column:place"`
	Witness       string    `gorm:"column:witness"`
	RecordedAt    time.Time `gorm:"column:recorded_at"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Record        string    `gorm:"column:record"`
	RecordSHA256  []byte    `gorm:"column:record_sha256"`
	Code          string    `gorm:"column:code"`
}

func toSignatureRow(tenant int32, s Signature) signatureRow {
	r := signatureRow{TenantID: tenant, ID: s.ID, CampaignID: s.Campaign, PactTextID: s.Text, ASNID: s.Person, Attempt: s.Attempt, OPDID: s.OPD,
		TextSHA256: s.TextSHA256[:], Method: string(s.Method), AccountID: s.Account, SignedOn: s.SignedOn, Place: s.Place, Witness: s.Witness,
		RecordedAt: s.RecordedAt, RecordedLater: s.RecordedLater, Record: s.Record, RecordSHA256: s.RecordSHA256[:], Code: s.Code}
	if s.Assurance != "" {
		a := string(s.Assurance)
		r.Assurance = &a
	}
	return r
}

// shownRow is a signature with what its document names.
type shownRow struct {
	Own          signatureRow `gorm:"embedded"`
	Government   string       `gorm:"column:government_code"`
	Name         string       `gorm:"column:signer_name"`
	Edition      int32        `gorm:"column:edition"`
	Title        string       `gorm:"column:campaign_title"`
	StrikeReason *string      `gorm:"column:strike_reason"`
	StruckBy     *id.ID       `gorm:"column:struck_by"`
	StruckAt     *time.Time   `gorm:"column:struck_at"`
}

func (r shownRow) signature() Signature {
	o := r.Own
	s := Signature{ID: o.ID, Campaign: o.CampaignID, Text: o.PactTextID, Person: o.ASNID, Attempt: o.Attempt, OPD: o.OPDID, TextSHA256: bytesHash(o.TextSHA256),
		Method: Method(o.Method), Account: o.AccountID, SignedOn: o.SignedOn, Place: o.Place, Witness: o.Witness, RecordedAt: o.RecordedAt,
		RecordedLater: o.RecordedLater, Record: o.Record, RecordSHA256: bytesHash(o.RecordSHA256), Code: o.Code,
		Government: r.Government, SignerName: r.Name, Edition: r.Edition}
	if o.Assurance != nil {
		s.Assurance = authz.Assurance(*o.Assurance)
	}
	if r.StruckAt != nil {
		s.Strike = &Strike{Reason: *r.StrikeReason, By: r.StruckBy, At: *r.StruckAt}
	}
	return s
}

// shown is every signature with what its document names, whatever the reach.
func shown(tx *db.Tx) *gorm.DB {
	return tx.From("pact_signature").
		Joins("JOIN tenant ON tenant.tenant_id = pact_signature.tenant_id").
		Joins("JOIN asn ON asn.tenant_id = pact_signature.tenant_id AND asn.id = pact_signature.asn_id").
		Joins("JOIN pact_text ON pact_text.tenant_id = pact_signature.tenant_id AND pact_text.id = pact_signature.pact_text_id").
		Joins("JOIN pact_campaign ON pact_campaign.tenant_id = pact_signature.tenant_id AND pact_campaign.id = pact_signature.campaign_id").
		Joins("LEFT JOIN pact_signature_strike strike ON strike.tenant_id = pact_signature.tenant_id AND strike.signature_id = pact_signature.id").
		Select("pact_signature.*, tenant.code AS government_code, asn.name AS signer_name, pact_text.edition, pact_campaign.title AS campaign_title, " +
			"strike.reason AS strike_reason, strike.struck_by, strike.struck_at")
}

// inReach narrows to what the caller may see: the units, or the own ones.
func inReach(tx *db.Tx) *gorm.DB {
	if tx.Scope().Reach() == authz.Self {
		return ofPerson(tx, shown(tx), "pact_signature", tx.Scope().Person())
	}
	return tx.ReachOPD(shown(tx), "pact_signature.opd_id")
}

// ofPerson narrows to what is of one human: a signature or refusal stays with
// the record it was given under, also when that was joined to another since.
func ofPerson(tx *db.Tx, q *gorm.DB, table string, person id.ID) *gorm.DB {
	return q.Where(table+".asn_id IN ("+asn.Records+")", asn.RecordsOf(tx, person))
}

// SignatureFilter narrows a list of signatures.
type SignatureFilter struct {
	Campaign *id.ID
	Person   *id.ID
	OPD      *id.ID // with all units below
	Method   Method
	Struck   *bool
}

func listSignatures(tx *db.Tx, f SignatureFilter, r page.Request) ([]Signature, error) {
	q := inReach(tx)
	if f.Campaign != nil {
		q = q.Where("pact_signature.campaign_id = ?", *f.Campaign)
	}
	if f.Person != nil {
		q = ofPerson(tx, q, "pact_signature", *f.Person)
	}
	if f.OPD != nil {
		q = q.Where(db.Under("pact_signature.opd_id", "units"), map[string]any{"tenants": tx.Scope().Tenants(), "units": []id.ID{*f.OPD}})
	}
	if f.Method != "" {
		q = q.Where("pact_signature.method = ?", f.Method)
	}
	if f.Struck != nil {
		q = q.Where("(strike.signature_id IS NOT NULL) = ?", *f.Struck)
	}
	if r.After != nil {
		q = q.Where("pact_signature.id < ?", r.After[0])
	}
	var rows []shownRow
	err := q.Order("pact_signature.id DESC").Limit(r.Limit + 1).Find(&rows).Error
	return signatures(rows), err
}

func signatures(rows []shownRow) []Signature {
	out := make([]Signature, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.signature())
	}
	return out
}

func findSignature(tx *db.Tx, sid id.ID) (Signature, error) {
	var r shownRow
	err := db.First(inReach(tx).Where("pact_signature.id = ?", sid), &r)
	return r.signature(), err
}

// signatureOf finds the signature of a person that stands, if there is one: of
// two that were given under joined records the first.
func signatureOf(tx *db.Tx, campaign, person id.ID) (Signature, bool, error) {
	var r shownRow
	q := ofPerson(tx, shown(tx), "pact_signature", person).Where("pact_signature.campaign_id = ? AND strike.signature_id IS NULL", campaign)
	found, err := db.Found(q.Order("pact_signature.recorded_at, pact_signature.id").Limit(1), &r)
	return r.signature(), found, err
}

// duty is all that signing has to know, read in one statement.
type duty struct {
	State      string `gorm:"column:state"`
	TextID     id.ID  `gorm:"column:pact_text_id"`
	Edition    int32  `gorm:"column:edition"`
	SHA256     []byte `gorm:"column:sha256"`
	ASNID      id.ID  `gorm:"column:asn_id"`
	OPDID      id.ID  `gorm:"column:opd_id"`
	Name       string `gorm:"column:name"`
	Government string `gorm:"column:code"`
	Zone       string `gorm:"column:zone"`
	Struck     int32  `gorm:"column:struck"`
	// Before is a signature that stands under a record joined to this one.
	Before *id.ID `gorm:"column:signed_before"`
}

// duties does not look for a signature of the record itself: the unique key finds
// one faster, and whatever the statistics of a table that grew a moment ago. Only
// records joined to it, of which there hardly ever are any, are looked at. A
// record that was joined has no duties of its own.
const duties = `SELECT c.state, c.pact_text_id, x.edition, p.sha256, o.opd_id, o.asn_id, t.code, t.zone,
	(SELECT count(*) FROM pact_signature_strike k WHERE k.tenant_id = o.tenant_id AND k.campaign_id = o.campaign_id AND k.asn_id = o.asn_id) AS struck,
	(SELECT s.id FROM asn m JOIN pact_signature s ON s.tenant_id = m.tenant_id AND s.asn_id = m.id AND s.campaign_id = o.campaign_id
		WHERE m.tenant_id = o.tenant_id AND m.merged_into = o.asn_id
		AND NOT EXISTS (SELECT FROM pact_signature_strike k WHERE k.tenant_id = s.tenant_id AND k.signature_id = s.id) LIMIT 1) AS signed_before
	FROM pact_obligation o
	JOIN pact_campaign c ON c.tenant_id = o.tenant_id AND c.id = o.campaign_id
	JOIN pact_text x ON x.tenant_id = c.tenant_id AND x.id = c.pact_text_id
	JOIN pact_text_published p ON p.tenant_id = c.tenant_id AND p.pact_text_id = c.pact_text_id
	JOIN tenant t ON t.tenant_id = o.tenant_id
	WHERE o.tenant_id IN @tenants AND o.campaign_id = @campaign AND o.asn_id NOT IN (` + asn.Gone + `)`

// findDuty finds what the person must sign in the campaign.
func findDuty(tx *db.Tx, campaign, person id.ID) (duty, error) {
	var d duty
	err := db.First(tx.SQL("SELECT d.*, a.name FROM ("+duties+" AND o.asn_id = @person) d JOIN asn a ON a.tenant_id IN @tenants AND a.id = d.asn_id",
		map[string]any{"campaign": campaign, "person": person}), &d)
	return d, err
}

// dutiesOf finds the duties of people in the caller's reach.
func dutiesOf(tx *db.Tx, campaign id.ID, people []id.ID) (map[id.ID]duty, error) {
	var rows []duty
	err := tx.SQL(duties+" AND o.asn_id IN @people AND "+tx.ReachSQL("o.opd_id"), map[string]any{"campaign": campaign, "people": people}).Scan(&rows).Error
	out := make(map[id.ID]duty, len(rows))
	for _, d := range rows {
		out[d.ASNID] = d
	}
	return out, err
}

// peopleByNIP tells who has each NIP in this government.
func peopleByNIP(tx *db.Tx, nips []string) (map[string]id.ID, error) {
	var rows []struct {
		ID  id.ID
		NIP string `gorm:"column:nip"`
	}
	err := tx.From("asn").Select("id", "nip").Where("nip IN ?", nips).Find(&rows).Error
	out := make(map[string]id.ID, len(rows))
	for _, r := range rows {
		out[r.NIP] = r.ID
	}
	return out, err
}

// standingSignatures gives the signatures of the people that nobody struck.
func standingSignatures(tx *db.Tx, campaign id.ID, people []id.ID) (map[id.ID]id.ID, error) {
	var rows []struct {
		ID    id.ID
		ASNID id.ID `gorm:"column:asn_id"`
	}
	err := tx.From("pact_signature").Select("pact_signature.id", "pact_signature.asn_id").
		Joins("LEFT JOIN pact_signature_strike k ON k.tenant_id = pact_signature.tenant_id AND k.signature_id = pact_signature.id").
		Where("pact_signature.campaign_id = ? AND pact_signature.asn_id IN ? AND k.signature_id IS NULL", campaign, people).Find(&rows).Error
	out := make(map[id.ID]id.ID, len(rows))
	for _, r := range rows {
		out[r.ASNID] = r.ID
	}
	return out, err
}

// insertSignatures adds the signatures of people who have none that stands, and
// tells which were added: whoever signs at the same time has the same attempt.
// Always in the order of persons, so that two lists at once wait for each other
// one way only.
func insertSignatures(tx *db.Tx, tenant int32, all ...Signature) (map[id.ID]bool, error) {
	slices.SortFunc(all, func(a, b Signature) int { return bytes.Compare(a.Person[:], b.Person[:]) })
	rows := make([]signatureRow, 0, len(all))
	ids := make([]id.ID, 0, len(all))
	for _, s := range all {
		rows = append(rows, toSignatureRow(tenant, s))
		ids = append(ids, s.ID)
	}
	n, err := tx.InsertNew("pact_signature", "pact_signature_once_key", &rows)
	if err != nil {
		return nil, err
	}
	added := make(map[id.ID]bool, len(ids))
	if n == int64(len(ids)) {
		for _, x := range ids {
			added[x] = true
		}
		return added, nil
	}
	var there []struct{ ID id.ID }
	err = tx.From("pact_signature").Select("id").Where("id IN ?", ids).Find(&there).Error
	for _, x := range there {
		added[x.ID] = true
	}
	return added, err
}

type strikeRow struct {
	TenantID    int32     `gorm:"column:tenant_id"`
	SignatureID id.ID     `gorm:"column:signature_id"`
	CampaignID  id.ID     `gorm:"column:campaign_id"`
	ASNID       id.ID     `gorm:"column:asn_id"`
	Reason      string    `gorm:"column:reason"`
	StruckBy    *id.ID    `gorm:"column:struck_by"`
	StruckAt    time.Time `gorm:"column:struck_at"`
}

func insertStrike(tx *db.Tx, tenant int32, s Signature) error {
	return tx.Insert("pact_signature_strike", &strikeRow{TenantID: tenant, SignatureID: s.ID, CampaignID: s.Campaign, ASNID: s.Person,
		Reason: s.Strike.Reason, StruckBy: s.Strike.By, StruckAt: s.Strike.At})
}

type refusalRow struct {
	TenantID   int32     `gorm:"column:tenant_id"`
	ID         id.ID     `gorm:"column:id"`
	CampaignID id.ID     `gorm:"column:campaign_id"`
	ASNID      id.ID     `gorm:"column:asn_id"`
	OPDID      id.ID     `gorm:"column:opd_id"`
	Reason     []byte    `gorm:"column:reason"` // sealed
	RefusedAt  time.Time `gorm:"column:refused_at"`
}

func (r refusalRow) refusal() Refusal {
	return Refusal{ID: r.ID, Campaign: r.CampaignID, Person: r.ASNID, OPD: r.OPDID, At: r.RefusedAt}
}

// insertRefusal adds a refusal unless there is one; it tells whether it did.
func insertRefusal(tx *db.Tx, tenant int32, r Refusal, sealed []byte) (bool, error) {
	row := refusalRow{TenantID: tenant, ID: r.ID, CampaignID: r.Campaign, ASNID: r.Person, OPDID: r.OPD, Reason: sealed, RefusedAt: r.At}
	n, err := tx.InsertNew("pact_refusal", "pact_refusal_once_key", &row)
	return n == 1, err
}

func refusalOf(tx *db.Tx, campaign, person id.ID) (Refusal, bool, error) {
	var r refusalRow
	q := ofPerson(tx, tx.From("pact_refusal"), "pact_refusal", person).Where("campaign_id = ?", campaign)
	found, err := db.Found(q.Order("refused_at, id").Limit(1), &r)
	return r.refusal(), found, err
}

// listRefusals gives refusals with their reasons still sealed.
func listRefusals(tx *db.Tx, campaign *id.ID, r page.Request) ([]refusalRow, error) {
	q := tx.ReachOPD(tx.From("pact_refusal"), "pact_refusal.opd_id")
	if campaign != nil {
		q = q.Where("campaign_id = ?", *campaign)
	}
	if r.After != nil {
		q = q.Where("id < ?", r.After[0])
	}
	var rows []refusalRow
	err := q.Order("id DESC").Limit(r.Limit + 1).Find(&rows).Error
	return rows, err
}

type mineRow struct {
	Campaign  joinedCampaignRow `gorm:"embedded"`
	Edition   int32             `gorm:"column:edition"`
	Body      string            `gorm:"column:body"`
	SHA256    []byte            `gorm:"column:sha256"`
	RefusedAt *time.Time        `gorm:"column:refused_at"`
}

// listMine gives the person's own campaigns, newest first.
func listMine(tx *db.Tx, person id.ID, r page.Request) ([]Mine, error) {
	q := tx.From("pact_campaign").Joins(joinText).
		Joins("JOIN pact_obligation o ON o.tenant_id = pact_campaign.tenant_id AND o.campaign_id = pact_campaign.id AND o.asn_id = ?", person).
		Joins("JOIN pact_text_published p ON p.tenant_id = pact_campaign.tenant_id AND p.pact_text_id = pact_campaign.pact_text_id").
		Select(joinedCampaignColumns+`, pact_text.edition, p.body, p.sha256, (SELECT min(r.refused_at) FROM pact_refusal r
			WHERE r.tenant_id = o.tenant_id AND r.campaign_id = o.campaign_id AND r.asn_id IN (`+asn.Records+`)) AS refused_at`, asn.RecordsOf(tx, person))
	if r.After != nil {
		q = q.Where("pact_campaign.id < ?", r.After[0])
	}
	var rows []mineRow
	if err := q.Order("pact_campaign.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Mine, 0, len(rows))
	for _, row := range rows {
		c, err := row.Campaign.campaign()
		if err != nil {
			return nil, err
		}
		out = append(out, Mine{Campaign: c, Text: Text{ID: c.Text, Edition: row.Edition, Body: row.Body, SHA256: bytesHash(row.SHA256)}, RefusedAt: row.RefusedAt})
	}
	return withSignatures(tx, person, out)
}

func withSignatures(tx *db.Tx, person id.ID, all []Mine) ([]Mine, error) {
	var rows []shownRow
	err := ofPerson(tx, shown(tx), "pact_signature", person).Where("strike.signature_id IS NULL").
		Order("pact_signature.recorded_at, pact_signature.id").Find(&rows).Error
	for _, s := range signatures(rows) {
		for i := range all {
			if all[i].Campaign.ID == s.Campaign && all[i].Signature == nil {
				all[i].Signature = &s
			}
		}
	}
	return all, err
}

// findReceipt finds a signature by its code, with the campaign's title.
func findReceipt(tx *db.Tx, code string) (s Signature, title string, found bool, err error) {
	var r shownRow
	found, err = db.Found(shown(tx).Where("pact_signature.code = ?", code), &r)
	if !found || err != nil {
		return Signature{}, "", false, err
	}
	return r.signature(), r.Title, true, nil
}
