package pact

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type campaignRow struct {
	TenantID      int32           `gorm:"column:tenant_id"`
	ID            id.ID           `gorm:"column:id"`
	PactTextID    id.ID           `gorm:"column:pact_text_id"`
	Title         string          `gorm:"column:title"`
	DueOn         day.Day         `gorm:"column:due_on"`
	Rule          json.RawMessage `gorm:"column:rule"`
	MandateID     *id.ID          `gorm:"column:mandate_id"`
	WitnessName   string          `gorm:"column:witness_name"`
	WitnessTitle  string          `gorm:"column:witness_title"`
	State         string          `gorm:"column:state"`
	OpenedOn      *day.Day        `gorm:"column:opened_on"`
	RecordedLater bool            `gorm:"column:recorded_later"`
	ClosedOn      *day.Day        `gorm:"column:closed_on"`
	Version       int32           `gorm:"column:version"`
	CreatedAt     time.Time       `gorm:"column:created_at"`
}

// joinedCampaignRow is a campaign with the election of its text.
type joinedCampaignRow struct {
	Own        campaignRow `gorm:"embedded"`
	ElectionID id.ID       `gorm:"column:election_id"`
}

const (
	joinedCampaignColumns = "pact_campaign.*, pact_text.election_id"
	joinText              = "JOIN pact_text ON pact_text.tenant_id = pact_campaign.tenant_id AND pact_text.id = pact_campaign.pact_text_id"
)

func (r joinedCampaignRow) campaign() (Campaign, error) {
	o := r.Own
	c := Campaign{ID: o.ID, Text: o.PactTextID, Election: r.ElectionID, Title: o.Title, DueOn: o.DueOn, Mandate: o.MandateID, WitnessName: o.WitnessName,
		WitnessTitle: o.WitnessTitle, State: CampaignState(o.State), OpenedOn: o.OpenedOn, RecordedLater: o.RecordedLater, ClosedOn: o.ClosedOn, Version: o.Version}
	return c, json.Unmarshal(o.Rule, &c.Rule)
}

func toCampaignRow(tx *db.Tx, tenant int32, c Campaign) (campaignRow, error) {
	rule, err := json.Marshal(c.Rule)
	return campaignRow{TenantID: tenant, ID: c.ID, PactTextID: c.Text, Title: c.Title, DueOn: c.DueOn, Rule: rule, MandateID: c.Mandate,
		WitnessName: c.WitnessName, WitnessTitle: c.WitnessTitle, State: string(c.State), OpenedOn: c.OpenedOn, RecordedLater: c.RecordedLater,
		ClosedOn: c.ClosedOn, Version: c.Version, CreatedAt: tx.Now()}, err
}

// CampaignFilter narrows a list of campaigns.
type CampaignFilter struct {
	Text  *id.ID
	State CampaignState
}

func listCampaigns(tx *db.Tx, f CampaignFilter, r page.Request) ([]Campaign, error) {
	q := tx.From("pact_campaign").Joins(joinText).Select(joinedCampaignColumns)
	if f.Text != nil {
		q = q.Where("pact_campaign.pact_text_id = ?", *f.Text)
	}
	if f.State != "" {
		q = q.Where("pact_campaign.state = ?", f.State)
	}
	if r.After != nil {
		q = q.Where("pact_campaign.id < ?", r.After[0])
	}
	var rows []joinedCampaignRow
	if err := q.Order("pact_campaign.id DESC").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Campaign, 0, len(rows))
	for _, row := range rows {
		c, err := row.campaign()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func findCampaign(tx *db.Tx, cid id.ID, lock bool) (Campaign, error) {
	q := tx.From("pact_campaign").Joins(joinText).Select(joinedCampaignColumns).Where("pact_campaign.id = ?", cid)
	if lock {
		q = q.Clauses(db.ForUpdate("pact_campaign"))
	}
	var r joinedCampaignRow
	if err := db.First(q, &r); err != nil {
		return Campaign{}, err
	}
	return r.campaign()
}

func insertCampaign(tx *db.Tx, tenant int32, c Campaign) error {
	r, err := toCampaignRow(tx, tenant, c)
	if err != nil {
		return err
	}
	return tx.Insert("pact_campaign", &r)
}

func updateCampaign(tx *db.Tx, tenant int32, c Campaign) error {
	r, err := toCampaignRow(tx, tenant, c)
	if err != nil {
		return err
	}
	return db.Changed(tx.From("pact_campaign").Where("id = ?", c.ID).
		Select("witness_name", "witness_title", "state", "opened_on", "recorded_later", "closed_on", "version").Updates(&r))
}

// oblige writes everybody the rule means on the day onto the list, in one
// statement; who is on it stays as they are.
func oblige(tx *db.Tx, c Campaign, source string, on day.Day) (int64, error) {
	meant, named := c.Rule.SelectSQL(tx, on)
	named["campaign"], named["source"], named["now"] = c.ID, source, tx.Now()
	return tx.Exec(`INSERT INTO pact_obligation (tenant_id, campaign_id, asn_id, opd_id, source, created_at)
		SELECT m.tenant_id, CAST(@campaign AS uuid), m.asn_id, m.opd_id, @source, CAST(@now AS timestamptz) FROM (`+meant+`) m
		ON CONFLICT ON CONSTRAINT pact_obligation_pkey DO NOTHING`, named)
}

// obligePersons writes the persons named onto the list.
func obligePersons(tx *db.Tx, campaign id.ID, people []id.ID) (int64, error) {
	return tx.Exec(`INSERT INTO pact_obligation (tenant_id, campaign_id, asn_id, opd_id, source, created_at)
		SELECT a.tenant_id, CAST(@campaign AS uuid), a.id, a.opd_id, 'enrolment', CAST(@now AS timestamptz)
		FROM asn a WHERE a.tenant_id IN @tenants AND a.state = 'active' AND a.id IN @people
		ON CONFLICT ON CONSTRAINT pact_obligation_pkey DO NOTHING`, map[string]any{"campaign": campaign, "now": tx.Now(), "people": people})
}

// inService counts which of the persons are in service in this government.
func inService(tx *db.Tx, people []id.ID) (n int64, err error) {
	return n, tx.From("asn").Where("state = 'active' AND id IN ?", people).Count(&n).Error
}

// standing tells of an obligation o and its person a how the person stands to
// the campaign on @day. Who refused shows only when @refused is true.
const standing = `CASE
	WHEN EXISTS (SELECT FROM pact_signature s WHERE s.tenant_id = o.tenant_id AND s.campaign_id = o.campaign_id AND s.asn_id = o.asn_id
		AND NOT EXISTS (SELECT FROM pact_signature_strike k WHERE k.tenant_id = s.tenant_id AND k.signature_id = s.id)) THEN 'signed'
	WHEN @refused AND EXISTS (SELECT FROM pact_refusal r WHERE r.tenant_id = o.tenant_id AND r.campaign_id = o.campaign_id AND r.asn_id = o.asn_id) THEN 'refused'
	WHEN a.state <> 'active' OR EXISTS (SELECT FROM asn_absence e WHERE e.tenant_id = o.tenant_id AND e.asn_id = o.asn_id
		AND e.valid_from <= @day AND (e.valid_until IS NULL OR e.valid_until >= @day)) THEN 'excused'
	ELSE 'open' END`

const obligations = ` FROM pact_obligation o
	JOIN asn a ON a.tenant_id = o.tenant_id AND a.id = o.asn_id
	JOIN opd u ON u.tenant_id = o.tenant_id AND u.id = o.opd_id
	WHERE o.tenant_id IN @tenants AND o.campaign_id = @campaign`

type countRow struct {
	OPDID   id.ID  `gorm:"column:opd_id"`
	Name    string `gorm:"column:name"`
	Obliged int32  `gorm:"column:obliged"`
	Signed  int32  `gorm:"column:signed"`
	Refused int32  `gorm:"column:refused"`
	Excused int32  `gorm:"column:excused"`
	Still   int32  `gorm:"column:still"`
}

// counts gives a row per topmost unit in the caller's reach: the OPD for the
// personnel agency, the own unit for an officer of one.
func counts(tx *db.Tx, campaign id.ID, on day.Day, showRefused bool) ([]Count, error) {
	top := "t.parent_id IS NULL"
	if len(tx.Scope().Roots()) > 0 && tx.ReachSQL("u.id") != "TRUE" {
		top = "t.id IN @roots"
	}
	var rows []countRow
	err := tx.SQL(`WITH person AS (SELECT o.opd_id, `+standing+` AS standing`+obligations+` AND `+tx.ReachSQL("o.opd_id")+`),
		place AS (SELECT DISTINCT opd_id FROM person),
		topmost AS (SELECT p.opd_id, (SELECT t.id FROM opd t JOIN opd u ON u.tenant_id = t.tenant_id AND u.id = p.opd_id
			WHERE t.tenant_id IN @tenants AND `+top+` AND u.path >= t.path AND u.path < t.path || '~' ORDER BY length(t.path) LIMIT 1) AS top_id FROM place p)
		SELECT d.id AS opd_id, d.name, count(*) AS obliged, count(*) FILTER (WHERE standing = 'signed') AS signed,
			count(*) FILTER (WHERE standing = 'refused') AS refused, count(*) FILTER (WHERE standing = 'excused') AS excused,
			count(*) FILTER (WHERE standing = 'open') AS still
		FROM person JOIN topmost USING (opd_id) JOIN opd d ON d.tenant_id IN @tenants AND d.id = topmost.top_id
		GROUP BY d.id, d.name ORDER BY d.name, d.id`,
		map[string]any{"campaign": campaign, "day": on, "refused": showRefused}).Scan(&rows).Error
	out := make([]Count, 0, len(rows))
	for _, r := range rows {
		out = append(out, Count{OPD: r.OPDID, Name: r.Name, Obliged: r.Obliged, Signed: r.Signed, Refused: r.Refused, Excused: r.Excused, Still: r.Still})
	}
	return out, err
}

// ObligationFilter narrows the list of those who must sign.
type ObligationFilter struct {
	Campaign id.ID
	Standing Standing
	OPD      *id.ID // with all units below
}

type obligationRow struct {
	ASNID    id.ID  `gorm:"column:asn_id"`
	Name     string `gorm:"column:name"`
	NameKey  string `gorm:"column:name_key"`
	OPDID    id.ID  `gorm:"column:opd_id"`
	OPDName  string `gorm:"column:opd_name"`
	Source   string `gorm:"column:source"`
	Standing string `gorm:"column:standing"`
}

func listObligations(tx *db.Tx, f ObligationFilter, on day.Day, showRefused bool, r page.Request) ([]Obligation, error) {
	named := map[string]any{"campaign": f.Campaign, "day": on, "refused": showRefused, "limit": r.Limit + 1}
	where := " AND " + tx.ReachSQL("o.opd_id")
	if f.OPD != nil {
		where += " AND " + db.Under("o.opd_id", "units")
		named["units"] = []id.ID{*f.OPD}
	}
	if r.After != nil {
		where += " AND (a.name_key, o.asn_id) > (@name, CAST(@after AS uuid))"
		named["name"], named["after"] = r.After[0], r.After[1]
	}
	of := "TRUE"
	if f.Standing != "" {
		of = "standing = @standing"
		named["standing"] = string(f.Standing)
	}
	var rows []obligationRow
	err := tx.SQL(`SELECT * FROM (SELECT o.asn_id, a.name, a.name_key, o.opd_id, u.name AS opd_name, o.source, `+standing+` AS standing`+
		obligations+where+`) x WHERE `+of+` ORDER BY name_key, asn_id LIMIT @limit`, named).Scan(&rows).Error
	out := make([]Obligation, 0, len(rows))
	for _, x := range rows {
		out = append(out, Obligation{Person: x.ASNID, Name: x.Name, NameKey: x.NameKey, OPD: x.OPDID, OPDName: x.OPDName,
			Standing: Standing(x.Standing), Enrolled: x.Source == "enrolment"})
	}
	return out, err
}
