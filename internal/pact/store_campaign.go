package pact

import (
	"encoding/json"
	"time"

	"github.com/netral-asn/netral/internal/asn"
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
	return db.Each(rows, joinedCampaignRow.campaign)
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
	if err := tx.Match(r.Own.ID, r.Own.Version, lock); err != nil {
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

// inherit obliges the record that stays wherever the one that goes was. All else
// of a campaign is evidence that names its record, and is read of both.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	_, err := tx.Exec(`INSERT INTO pact_obligation (tenant_id, campaign_id, asn_id, opd_id, source, created_at)
		SELECT tenant_id, campaign_id, CAST(@stays AS uuid), opd_id, source, created_at FROM pact_obligation WHERE tenant_id IN @tenants AND asn_id = @goes
		ON CONFLICT ON CONSTRAINT pact_obligation_pkey DO NOTHING`, map[string]any{"goes": goes, "stays": stays})
	return err
}

// inService counts which of the persons are in service in this government.
func inService(tx *db.Tx, people []id.ID) (n int64, err error) {
	return n, tx.From("asn").Where("state = 'active' AND id IN ?", people).Count(&n).Error
}

// people is the list of a campaign with how each person stands on @day. It is
// put together from one pass over each table and grouped, never joined row by
// row: in the hour of signing the tables grow faster than their statistics, and
// a join planned for a handful of rows would then run for minutes; the few
// records that were joined to another are the exception. Evidence stays with the
// record it was given under and counts for the one that stands. Who refused shows
// only when @refused is true.
func people(tx *db.Tx, campaign id.ID, on day.Day, showRefused bool) (cte string, named map[string]any) {
	return `WITH people AS (
		SELECT coalesce(j.stays_id, x.asn_id) AS asn_id, (array_agg(opd_id) FILTER (WHERE opd_id IS NOT NULL))[1] AS opd_id, bool_or(enrolled) AS enrolled,
			max(name) AS name, max(name_key) AS name_key,
			CASE WHEN sum(signed) > 0 THEN 'signed' WHEN bool_or(refused) AND @refused THEN 'refused' WHEN bool_or(away) THEN 'excused' ELSE 'open' END AS standing
		FROM (
			SELECT o.asn_id, o.opd_id, o.source = 'enrolment' AS enrolled, 0 AS signed, false AS refused, false AS away,
				CAST(NULL AS text) AS name, CAST(NULL AS text) COLLATE "C" AS name_key
			FROM pact_obligation o WHERE o.tenant_id IN @tenants AND o.campaign_id = @campaign AND ` + tx.ReachSQL("o.opd_id") + `
				AND o.asn_id NOT IN (` + asn.Gone + `)
			UNION ALL SELECT s.asn_id, NULL, NULL, 1, false, false, NULL, NULL FROM pact_signature s WHERE s.tenant_id IN @tenants AND s.campaign_id = @campaign
			UNION ALL SELECT k.asn_id, NULL, NULL, -1, false, false, NULL, NULL FROM pact_signature_strike k WHERE k.tenant_id IN @tenants AND k.campaign_id = @campaign
			UNION ALL SELECT r.asn_id, NULL, NULL, 0, true, false, NULL, NULL FROM pact_refusal r WHERE r.tenant_id IN @tenants AND r.campaign_id = @campaign
			UNION ALL SELECT a.id, NULL, NULL, 0, false, a.state <> 'active', a.name, a.name_key FROM asn a WHERE a.tenant_id IN @tenants AND a.merged_into IS NULL
			UNION ALL SELECT e.asn_id, NULL, NULL, 0, false, true, NULL, NULL FROM asn_absence e WHERE e.tenant_id IN @tenants
				AND e.valid_from <= @day AND (e.valid_until IS NULL OR e.valid_until >= @day)
		) x LEFT JOIN (SELECT m.id, m.merged_into AS stays_id FROM asn m WHERE m.tenant_id IN @tenants AND m.merged_into IS NOT NULL) j ON j.id = x.asn_id
		GROUP BY coalesce(j.stays_id, x.asn_id) HAVING count(opd_id) > 0) `, map[string]any{"campaign": campaign, "day": on, "refused": showRefused}
}

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
	list, named := people(tx, campaign, on, showRefused)
	var rows []countRow
	err := tx.SQL(list+`, place AS (SELECT opd_id, count(*) AS obliged, count(*) FILTER (WHERE standing = 'signed') AS signed,
			count(*) FILTER (WHERE standing = 'refused') AS refused, count(*) FILTER (WHERE standing = 'excused') AS excused,
			count(*) FILTER (WHERE standing = 'open') AS still FROM people GROUP BY opd_id)
		SELECT d.id AS opd_id, d.name, sum(obliged) AS obliged, sum(signed) AS signed, sum(refused) AS refused, sum(excused) AS excused, sum(still) AS still
		FROM place JOIN opd d ON d.tenant_id IN @tenants AND d.id = (SELECT t.id FROM opd t JOIN opd u ON u.tenant_id = t.tenant_id AND u.id = place.opd_id
			WHERE t.tenant_id IN @tenants AND `+top+` AND u.path >= t.path AND u.path < t.path || '~' ORDER BY length(t.path) LIMIT 1)
		GROUP BY d.id, d.name ORDER BY d.name, d.id`, named).Scan(&rows).Error
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
	Enrolled bool   `gorm:"column:enrolled"`
	Standing string `gorm:"column:standing"`
}

func listObligations(tx *db.Tx, f ObligationFilter, on day.Day, showRefused bool, r page.Request) ([]Obligation, error) {
	list, named := people(tx, f.Campaign, on, showRefused)
	where := "TRUE"
	if f.OPD != nil {
		where += " AND " + db.Under("opd_id", "units")
		named["units"] = []id.ID{*f.OPD}
	}
	if f.Standing != "" {
		where += " AND standing = @standing"
		named["standing"] = string(f.Standing)
	}
	if r.After != nil {
		where += " AND (name_key, asn_id) > (@name, CAST(@after AS uuid))"
		named["name"], named["after"] = r.After[0], r.After[1]
	}
	named["limit"] = r.Limit + 1
	var rows []obligationRow
	err := tx.SQL(list+"SELECT p.*, u.name AS opd_name FROM (SELECT * FROM people WHERE "+where+` ORDER BY name_key, asn_id LIMIT @limit) p
		JOIN opd u ON u.tenant_id IN @tenants AND u.id = p.opd_id ORDER BY p.name_key, p.asn_id`, named).Scan(&rows).Error
	out := make([]Obligation, 0, len(rows))
	for _, x := range rows {
		out = append(out, Obligation{Person: x.ASNID, Name: x.Name, NameKey: x.NameKey, OPD: x.OPDID, OPDName: x.OPDName,
			Standing: Standing(x.Standing), Enrolled: x.Enrolled})
	}
	return out, err
}
