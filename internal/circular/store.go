package circular

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/asn"
	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/page"
)

type row struct {
	TenantID         int32           `gorm:"column:tenant_id"`
	ID               id.ID           `gorm:"column:id"`
	Number           *string         `gorm:"column:number"`
	NumberKey        *string         `gorm:"column:number_key"`
	NumberYear       *int32          `gorm:"column:number_year"`
	SignedOn         day.Day         `gorm:"column:signed_on"`
	Subject          string          `gorm:"column:subject"`
	Opening          string          `gorm:"column:opening"`
	Points           json.RawMessage `gorm:"column:points"`
	Closing          string          `gorm:"column:closing"`
	SignatoryOffice  string          `gorm:"column:signatory_office"`
	SignatoryMandate *id.ID          `gorm:"column:signatory_mandate_id"`
	SignatoryTitle   string          `gorm:"column:signatory_title"`
	SignatoryName    string          `gorm:"column:signatory_name"`
	WithoutMandate   bool            `gorm:"column:without_mandate"`
	LegalSources     json.RawMessage `gorm:"column:legal_source_codes"`
	ElectionID       *id.ID          `gorm:"column:election_id"`
	Addressees       json.RawMessage `gorm:"column:addressees"`
	AmendsID         *id.ID          `gorm:"column:amends_id"`
	ReplacesID       *id.ID          `gorm:"column:replaces_id"`
	State            string          `gorm:"column:state"`
	InForceFrom      *day.Day        `gorm:"column:in_force_from"`
	InForceUntil     *day.Day        `gorm:"column:in_force_until"`
	EndReason        string          `gorm:"column:end_reason"`
	IssuedOn         *day.Day        `gorm:"column:issued_on"`
	Text             *string         `gorm:"column:text"`
	TextSHA256       *string         `gorm:"column:text_sha256"`
	Addressed        *int32          `gorm:"column:addressed"`
	RecordedLater    bool            `gorm:"column:recorded_later"`
	Version          int32           `gorm:"column:version"`
	CreatedAt        time.Time       `gorm:"column:created_at"`
}

func (r row) circular() (Circular, error) {
	c := Circular{ID: r.ID, Signed: r.SignedOn, Subject: r.Subject, Opening: r.Opening, Closing: r.Closing, Election: r.ElectionID,
		Amends: r.AmendsID, Replaces: r.ReplacesID, State: State(r.State), From: r.InForceFrom, Until: r.InForceUntil, EndReason: r.EndReason,
		IssuedOn: r.IssuedOn, Text: opt.Value(r.Text), TextSHA256: opt.Value(r.TextSHA256), Addressed: opt.Value(r.Addressed), RecordedLater: r.RecordedLater,
		Version: r.Version, Number: ParseNumber(opt.Value(r.Number)),
		Signatory: Signatory{Office: government.Office(r.SignatoryOffice), Mandate: r.SignatoryMandate, Title: r.SignatoryTitle, Name: r.SignatoryName,
			WithoutMandate: r.WithoutMandate}}
	for _, f := range []struct {
		raw json.RawMessage
		to  any
	}{{r.Points, &c.Points}, {r.LegalSources, &c.LegalSources}, {r.Addressees, &c.Addressees}} {
		if err := json.Unmarshal(f.raw, f.to); err != nil {
			return c, err
		}
	}
	return c, nil
}

func toRow(c Circular) (row, error) {
	r := row{ID: c.ID, SignedOn: c.Signed, Subject: c.Subject, Opening: c.Opening, Closing: c.Closing, SignatoryOffice: string(c.Signatory.Office),
		SignatoryMandate: c.Signatory.Mandate, SignatoryTitle: c.Signatory.Title, SignatoryName: c.Signatory.Name, WithoutMandate: c.Signatory.WithoutMandate,
		ElectionID: c.Election, AmendsID: c.Amends, ReplacesID: c.Replaces, State: string(c.State), InForceFrom: c.From, InForceUntil: c.Until,
		EndReason: c.EndReason, IssuedOn: c.IssuedOn, Text: opt.Of(c.Text), TextSHA256: opt.Of(c.TextSHA256), Addressed: opt.Of(c.Addressed),
		RecordedLater: c.RecordedLater, Version: c.Version}
	if c.Number.Printed != "" {
		key, year := c.Number.Key(), int32(c.Number.yearOf(c.Signed))
		r.Number, r.NumberKey, r.NumberYear = &c.Number.Printed, &key, &year
	}
	if c.LegalSources == nil {
		c.LegalSources = []string{}
	}
	for _, f := range []struct {
		from any
		to   *json.RawMessage
	}{{c.Points, &r.Points}, {c.LegalSources, &r.LegalSources}, {c.Addressees, &r.Addressees}} {
		b, err := json.Marshal(f.from)
		if err != nil {
			return r, err
		}
		*f.to = b
	}
	return r, nil
}

// visible is what the caller may see: drafts belong to those whose reach is the
// whole government.
func visible(tx *db.Tx) *gorm.DB {
	q := tx.From("circular")
	if tx.Scope().Reach() != authz.Whole {
		q = q.Where("circular.state <> 'draft'")
	}
	return q
}

// Filter narrows a list of circulars.
type Filter struct {
	Number    string
	InForceOn *day.Day
	State     State
	Year      int32
	Election  *id.ID
}

func list(tx *db.Tx, f Filter, r page.Request) ([]Circular, error) {
	q := visible(tx)
	if f.Number != "" {
		n := ParseNumber(f.Number)
		q = q.Where("number_key = ?", n.Key())
		if n.Year != 0 {
			q = q.Where("number_year = ?", n.Year)
		}
	}
	if f.InForceOn != nil {
		q = q.Where("state <> 'draft' AND in_force_from <= ? AND (in_force_until IS NULL OR in_force_until >= ?)", *f.InForceOn, *f.InForceOn)
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Year != 0 {
		q = q.Where("number_year = ?", f.Year)
	}
	if f.Election != nil {
		q = q.Where("election_id = ?", *f.Election)
	}
	if r.After != nil {
		q = q.Where("(signed_on, id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []row
	if err := q.Order("signed_on DESC, id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return circulars(rows)
}

func circulars(rows []row) ([]Circular, error) {
	return db.Each(rows, row.circular)
}

func find(tx *db.Tx, cid id.ID, lock bool) (Circular, error) {
	q := visible(tx).Where("circular.id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate("circular"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Circular{}, err
	}
	if err := tx.Match(r.ID, r.Version, lock); err != nil {
		return Circular{}, err
	}
	return r.circular()
}

func insert(tx *db.Tx, tenant int32, c Circular) error {
	r, err := toRow(c)
	if err != nil {
		return err
	}
	r.TenantID, r.CreatedAt = tenant, tx.Now()
	return tx.Insert("circular", &r)
}

func update(tx *db.Tx, c Circular) error {
	r, err := toRow(c)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("circular").Where("id = ?", c.ID).Omit("tenant_id", "id", "created_at").Select("*").Updates(&r))
}

// address freezes the addressees: one statement, however many they are.
func address(tx *db.Tx, c Circular, on day.Day) (int64, error) {
	meant, named := c.Addressees.SelectSQL(tx, on)
	named["circular"] = c.ID
	return tx.Exec(`INSERT INTO circular_addressee (tenant_id, circular_id, asn_id, opd_id)
		SELECT m.tenant_id, CAST(@circular AS uuid), m.asn_id, m.opd_id FROM (`+meant+`) m`, named)
}

// stands is the condition that the person addressed is nobody whose record was
// joined to another: what was theirs is told of the one that stays.
const stands = ` AND a.asn_id NOT IN (` + asn.Gone + `)`

// inherit addresses the record that stays wherever the one that goes was, and
// gives it the receipts it lacks. Nothing is taken from the one that goes: who
// was addressed and what was confirmed is never changed.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	for _, q := range []string{
		`INSERT INTO circular_addressee (tenant_id, circular_id, asn_id, opd_id)
			SELECT tenant_id, circular_id, CAST(@stays AS uuid), opd_id FROM circular_addressee WHERE tenant_id IN @tenants AND asn_id = @goes
			ON CONFLICT DO NOTHING`,
		`INSERT INTO circular_acknowledgement (tenant_id, circular_id, asn_id, acknowledged_on, channel, text_sha256, proof, recorded_by, recorded_later, created_at)
			SELECT k.tenant_id, k.circular_id, CAST(@stays AS uuid), k.acknowledged_on, k.channel, k.text_sha256, k.proof, k.recorded_by, k.recorded_later, k.created_at
			FROM circular_addressee a JOIN circular_acknowledgement k ON k.tenant_id = a.tenant_id AND k.circular_id = a.circular_id AND k.asn_id = a.asn_id
			WHERE a.tenant_id IN @tenants AND a.asn_id = @goes ON CONFLICT DO NOTHING`,
	} {
		if _, err := tx.Exec(q, map[string]any{"goes": goes, "stays": stays}); err != nil {
			return err
		}
	}
	return nil
}

func addressed(tx *db.Tx, cid, person id.ID) (bool, error) {
	var r struct {
		ASNID id.ID `gorm:"column:asn_id"`
	}
	return db.Found(tx.SQL(`SELECT a.asn_id FROM circular_addressee a WHERE a.tenant_id IN @tenants AND a.circular_id = @circular AND a.asn_id = @person`+stands,
		map[string]any{"circular": cid, "person": person}), &r)
}

type receiptRow struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	CircularID     id.ID     `gorm:"column:circular_id"`
	ASNID          id.ID     `gorm:"column:asn_id"`
	AcknowledgedOn day.Day   `gorm:"column:acknowledged_on"`
	Channel        string    `gorm:"column:channel"`
	TextSHA256     *string   `gorm:"column:text_sha256"`
	Proof          string    `gorm:"column:proof"`
	RecordedBy     *id.ID    `gorm:"column:recorded_by"`
	RecordedLater  bool      `gorm:"column:recorded_later"`
	CreatedAt      time.Time `gorm:"column:created_at"`
}

func (r receiptRow) receipt() Receipt {
	return Receipt{Circular: r.CircularID, Person: r.ASNID, On: r.AcknowledgedOn, Channel: Channel(r.Channel), TextSHA256: opt.Value(r.TextSHA256),
		Proof: r.Proof, RecordedBy: r.RecordedBy, RecordedLater: r.RecordedLater}
}

// insertReceipts adds receipts and passes over those that stand already; it
// tells how many are new.
func insertReceipts(tx *db.Tx, tenant int32, receipts []Receipt) (int64, error) {
	if len(receipts) == 0 {
		return 0, nil
	}
	rows := make([]receiptRow, 0, len(receipts))
	for _, r := range receipts {
		rows = append(rows, receiptRow{TenantID: tenant, CircularID: r.Circular, ASNID: r.Person, AcknowledgedOn: r.On, Channel: string(r.Channel),
			TextSHA256: opt.Of(r.TextSHA256), Proof: r.Proof, RecordedBy: r.RecordedBy, RecordedLater: r.RecordedLater, CreatedAt: tx.Now()})
	}
	res := tx.Platform("circular_acknowledgement").Clauses(clause.OnConflict{DoNothing: true}).Create(&rows)
	return res.RowsAffected, res.Error
}

func findReceipt(tx *db.Tx, cid, person id.ID) (Receipt, error) {
	var r receiptRow
	err := db.First(tx.From("circular_acknowledgement").Where("circular_id = ? AND asn_id = ?", cid, person), &r)
	return r.receipt(), err
}

// joinReceipt adds to a row of alias a (addressee) the person's receipt. It is
// found by key, person by person: LATERAL with LIMIT says so. Joined freely, the
// planner takes the thousands addressed a moment ago for one row, because it has
// no figures yet, and reads all of them once a person.
const joinReceipt = ` LEFT JOIN LATERAL (SELECT x.* FROM circular_acknowledgement x
	WHERE x.tenant_id = a.tenant_id AND x.circular_id = a.circular_id AND x.asn_id = a.asn_id LIMIT 1) k ON TRUE`

// receiptsOf tells, of the persons named, who is addressed in the caller's reach
// and whether a receipt stands.
func receiptsOf(tx *db.Tx, cid id.ID, entries []Entry) (map[id.ID]bool, error) {
	people := make([]id.ID, 0, len(entries))
	for _, e := range entries {
		people = append(people, e.Person)
	}
	var rows []struct {
		ASNID  id.ID `gorm:"column:asn_id"`
		Stands bool  `gorm:"column:stands"`
	}
	// A subquery and no join: before the tables' statistics know a new circular,
	// a join is planned for one row and compares everybody with everybody.
	err := tx.SQL(`SELECT a.asn_id, EXISTS (SELECT FROM circular_acknowledgement k WHERE k.tenant_id = a.tenant_id AND k.circular_id = a.circular_id
			AND k.asn_id = a.asn_id) AS stands FROM circular_addressee a
		WHERE a.tenant_id IN @tenants AND a.circular_id = @circular AND a.asn_id IN @people AND `+tx.ReachSQL("a.opd_id")+stands,
		map[string]any{"circular": cid, "people": people}).Scan(&rows).Error
	out := make(map[id.ID]bool, len(rows))
	for _, r := range rows {
		out[r.ASNID] = r.Stands
	}
	return out, err
}

type countRow struct {
	OPDID        id.ID  `gorm:"column:opd_id"`
	Name         string `gorm:"column:name"`
	Addressed    int32  `gorm:"column:addressed"`
	Acknowledged int32  `gorm:"column:acknowledged"`
	OnPaper      int32  `gorm:"column:on_paper"`
}

func (r countRow) count() Count {
	return Count{OPD: r.OPDID, OPDName: r.Name, Addressed: r.Addressed, Acknowledged: r.Acknowledged, OnPaper: r.OnPaper}
}

const countColumns = `count(*) AS addressed, count(k.asn_id) AS acknowledged, count(*) FILTER (WHERE k.channel = 'paper') AS on_paper`

// counts is the coverage unit by unit, by name.
func counts(tx *db.Tx, cid id.ID, r page.Request) ([]Count, error) {
	after, named := "", map[string]any{"circular": cid, "limit": r.Limit + 1}
	if r.After != nil {
		after = " AND (o.name, o.id) > (@name, @opd)"
		named["name"], named["opd"] = r.After[0], r.After[1]
	}
	var rows []countRow
	err := tx.SQL(`SELECT a.opd_id, o.name, `+countColumns+` FROM circular_addressee a JOIN opd o ON o.tenant_id = a.tenant_id AND o.id = a.opd_id`+joinReceipt+`
		WHERE a.tenant_id IN @tenants AND a.circular_id = @circular AND `+tx.ReachSQL("a.opd_id")+stands+after+`
		GROUP BY a.opd_id, o.id, o.name ORDER BY o.name, o.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Count, 0, len(rows))
	for _, x := range rows {
		out = append(out, x.count())
	}
	return out, err
}

// sum is the coverage of the caller's whole reach.
func sum(tx *db.Tx, cid id.ID) (Count, error) {
	var r countRow
	err := tx.SQL(`SELECT `+countColumns+` FROM circular_addressee a`+joinReceipt+`
		WHERE a.tenant_id IN @tenants AND a.circular_id = @circular AND `+tx.ReachSQL("a.opd_id")+stands, map[string]any{"circular": cid}).Scan(&r).Error
	return r.count(), err
}

// AddresseeFilter narrows a list of persons addressed.
type AddresseeFilter struct {
	Acknowledged *bool
	OPD          *id.ID
}

func addressees(tx *db.Tx, cid id.ID, f AddresseeFilter, r page.Request) ([]Addressee, error) {
	where, named := tx.ReachSQL("a.opd_id")+stands, map[string]any{"circular": cid, "limit": r.Limit + 1}
	if f.Acknowledged != nil {
		where += " AND (k.asn_id IS NOT NULL) = @acknowledged"
		named["acknowledged"] = *f.Acknowledged
	}
	if f.OPD != nil {
		where += " AND " + db.Under("a.opd_id", "units")
		named["units"] = []id.ID{*f.OPD}
	}
	if r.After != nil {
		where += " AND (p.name_key, p.id) > (@name, @person)"
		named["name"], named["person"] = r.After[0], r.After[1]
	}
	var rows []struct {
		ASNID          id.ID    `gorm:"column:asn_id"`
		Name           string   `gorm:"column:name"`
		NameKey        string   `gorm:"column:name_key"`
		OPDID          id.ID    `gorm:"column:opd_id"`
		AcknowledgedOn *day.Day `gorm:"column:acknowledged_on"`
		Channel        *string  `gorm:"column:channel"`
		RecordedLater  *bool    `gorm:"column:recorded_later"`
	}
	err := tx.SQL(`SELECT a.asn_id, p.name, p.name_key, a.opd_id, k.acknowledged_on, k.channel, k.recorded_later
		FROM circular_addressee a
		JOIN LATERAL (SELECT x.id, x.name, x.name_key FROM asn x WHERE x.tenant_id = a.tenant_id AND x.id = a.asn_id LIMIT 1) p ON TRUE`+joinReceipt+`
		WHERE a.tenant_id IN @tenants AND a.circular_id = @circular AND `+where+` ORDER BY p.name_key, p.id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Addressee, 0, len(rows))
	for _, x := range rows {
		a := Addressee{Person: x.ASNID, Name: x.Name, OPD: x.OPDID, nameKey: x.NameKey}
		if x.AcknowledgedOn != nil {
			a.Receipt = &Receipt{Circular: cid, Person: x.ASNID, On: *x.AcknowledgedOn, Channel: Channel(opt.Value(x.Channel)), RecordedLater: opt.Value(x.RecordedLater)}
		}
		out = append(out, a)
	}
	return out, err
}

// mineRow is a circular with the caller's receipt.
type mineRow struct {
	Own            row      `gorm:"embedded"`
	AcknowledgedOn *day.Day `gorm:"column:acknowledged_on"`
}

func mine(tx *db.Tx, acknowledged *bool, r page.Request) ([]Mine, error) {
	q := tx.From("circular").Select("circular.*, k.acknowledged_on").
		Joins(`JOIN circular_addressee a ON a.tenant_id = circular.tenant_id AND a.circular_id = circular.id AND a.asn_id = ?`, tx.Scope().Person()).
		Joins(joinReceipt[1:])
	if acknowledged != nil {
		q = q.Where("(k.asn_id IS NOT NULL) = ?", *acknowledged)
	}
	if r.After != nil {
		q = q.Where("(circular.signed_on, circular.id) < (?, ?)", r.After[0], r.After[1])
	}
	var rows []mineRow
	if err := q.Order("circular.signed_on DESC, circular.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Mine, 0, len(rows))
	for _, x := range rows {
		c, err := x.Own.circular()
		if err != nil {
			return nil, err
		}
		out = append(out, Mine{Circular: c, On: x.AcknowledgedOn})
	}
	return out, nil
}
