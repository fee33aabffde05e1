package government

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type tenantRow struct {
	TenantID  int32     `gorm:"column:tenant_id;primaryKey;autoIncrement"`
	ID        id.ID     `gorm:"column:id"`
	Code      string    `gorm:"column:code"`
	Name      string    `gorm:"column:name"`
	Kind      string    `gorm:"column:kind"`
	Zone      string    `gorm:"column:zone"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func (r tenantRow) entry() Entry {
	return Entry{ID: r.ID, Tenant: r.TenantID, Code: r.Code, Name: r.Name, Kind: r.Kind, Zone: r.Zone}
}

type governmentRow struct {
	TenantID   int32           `gorm:"column:tenant_id"`
	HeadTitle  string          `gorm:"column:head_title"`
	AgencyName string          `gorm:"column:agency_name"`
	ShortName  string          `gorm:"column:short_name"`
	Address    string          `gorm:"column:address"`
	Letterhead json.RawMessage `gorm:"column:letterhead"`
	Texts      json.RawMessage `gorm:"column:texts"`
	Version    int32           `gorm:"column:version"`
	UpdatedAt  time.Time       `gorm:"column:updated_at"`
}

type logoRow struct {
	TenantID  int32     `gorm:"column:tenant_id"`
	MediaType string    `gorm:"column:media_type"`
	Width     int32     `gorm:"column:width"`
	Height    int32     `gorm:"column:height"`
	SHA256    string    `gorm:"column:sha256"`
	Picture   []byte    `gorm:"column:picture"`
	UpdatedAt time.Time `gorm:"column:updated_at"`
}

// joinedRow is a government with its entry of the directory and what is known of
// its logo.
type joinedRow struct {
	Own  governmentRow `gorm:"embedded"`
	ID   id.ID         `gorm:"column:id"`
	Code string        `gorm:"column:code"`
	Name string        `gorm:"column:name"`
	Kind string        `gorm:"column:kind"`
	Zone string        `gorm:"column:zone"`

	LogoType   *string `gorm:"column:logo_type"`
	LogoWidth  int     `gorm:"column:logo_width"`
	LogoHeight int     `gorm:"column:logo_height"`
	LogoSHA256 string  `gorm:"column:logo_sha256"`
}

func (r joinedRow) government() (Government, error) {
	g := Government{ID: r.ID, Tenant: r.Own.TenantID, Code: r.Code, Name: r.Name, Kind: r.Kind, Zone: r.Zone, HeadTitle: r.Own.HeadTitle,
		AgencyName: r.Own.AgencyName, ShortName: r.Own.ShortName, Address: r.Own.Address, Version: r.Own.Version}
	if r.LogoType != nil {
		g.Logo = &Logo{MediaType: *r.LogoType, Width: r.LogoWidth, Height: r.LogoHeight, SHA256: r.LogoSHA256}
	}
	if err := json.Unmarshal(r.Own.Texts, &g.Texts); err != nil {
		return g, err
	}
	return g, json.Unmarshal(r.Own.Letterhead, &g.Letterhead)
}

// joined are the governments of the scope with all that a joinedRow holds.
func joined(tx *db.Tx) *gorm.DB {
	return tx.From("government").Joins("JOIN tenant ON tenant.tenant_id = government.tenant_id").
		Joins("LEFT JOIN government_logo logo ON logo.tenant_id = government.tenant_id").
		Select("government.*, tenant.id, tenant.code, tenant.name, tenant.kind, tenant.zone, logo.media_type AS logo_type, " +
			"coalesce(logo.width, 0) AS logo_width, coalesce(logo.height, 0) AS logo_height, coalesce(logo.sha256, '') AS logo_sha256")
}

func directory(tx *db.Tx, r page.Request) ([]Entry, error) {
	q := tx.Platform("tenant")
	if r.After != nil {
		q = q.Where("code > ?", r.After[0])
	}
	var rows []tenantRow
	if err := q.Order("code").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(rows))
	for _, row := range rows {
		out = append(out, row.entry())
	}
	return out, nil
}

func findEntry(tx *db.Tx, column string, value any) (Entry, error) {
	var row tenantRow
	err := db.First(tx.Platform("tenant").Where(column+" = ?", value), &row)
	return row.entry(), err
}

func listGovernments(tx *db.Tx, r page.Request) ([]Government, error) {
	q := joined(tx)
	if r.After != nil {
		q = q.Where("tenant.code > ?", r.After[0])
	}
	var rows []joinedRow
	if err := q.Order("tenant.code").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, joinedRow.government)
}

func findGovernment(tx *db.Tx, gid id.ID, lock bool) (Government, error) {
	q := joined(tx).Where("tenant.id = ?", gid)
	if lock {
		q = q.Clauses(db.ForUpdate("government"))
	}
	var row joinedRow
	if err := db.First(q, &row); err != nil {
		return Government{}, err
	}
	if err := tx.Match(row.ID, row.Own.Version, lock); err != nil {
		return Government{}, err
	}
	return row.government()
}

func insertTenant(tx *db.Tx, g Government) (int32, error) {
	row := tenantRow{ID: g.ID, Code: g.Code, Name: g.Name, Kind: g.Kind, Zone: g.Zone, CreatedAt: tx.Now()}
	err := tx.Insert("tenant", &row)
	return row.TenantID, err
}

func insertGovernment(tx *db.Tx, g Government) error {
	row, err := toRow(tx, g)
	if err != nil {
		return err
	}
	return tx.Insert("government", &row)
}

func toRow(tx *db.Tx, g Government) (governmentRow, error) {
	if g.Letterhead == nil {
		g.Letterhead = []string{}
	}
	head, err := json.Marshal(g.Letterhead)
	if err != nil {
		return governmentRow{}, err
	}
	texts, err := json.Marshal(g.Texts)
	return governmentRow{TenantID: g.Tenant, HeadTitle: g.HeadTitle, AgencyName: g.AgencyName, ShortName: g.ShortName, Address: g.Address,
		Letterhead: head, Texts: texts, Version: g.Version, UpdatedAt: tx.Now()}, err
}

func updateGovernment(tx *db.Tx, g Government) error {
	row, err := toRow(tx, g)
	if err != nil {
		return err
	}
	r := tx.From("government").Where("government.tenant_id = ?", g.Tenant).
		Select("head_title", "agency_name", "short_name", "address", "letterhead", "texts", "version", "updated_at").Updates(&row)
	if err := db.Changed(r); err != nil {
		return err
	}
	return db.Changed(tx.Platform("tenant").Where("tenant_id = ?", g.Tenant).
		Updates(map[string]any{"name": g.Name, "zone": g.Zone}))
}

// replaceLogo writes the logo anew, or takes it away.
func replaceLogo(tx *db.Tx, tenant int32, l *Logo) error {
	if err := tx.From("government_logo").Delete(&logoRow{}).Error; err != nil || l == nil {
		return err
	}
	return tx.Insert("government_logo", &logoRow{TenantID: tenant, MediaType: l.MediaType, Width: int32(l.Width), Height: int32(l.Height),
		SHA256: l.SHA256, Picture: l.Picture, UpdatedAt: tx.Now()})
}

func findPicture(tx *db.Tx) (Logo, error) {
	var r logoRow
	err := db.First(tx.From("government_logo"), &r)
	return Logo{MediaType: r.MediaType, Width: int(r.Width), Height: int(r.Height), SHA256: r.SHA256, Picture: r.Picture}, err
}

func holdGovernment(tx *db.Tx, how clause.Expression) error {
	tenant, err := tx.Tenant()
	if err != nil {
		return err
	}
	var row governmentRow
	return db.First(tx.From("government").Where("government.tenant_id = ?", tenant).Clauses(how), &row)
}

// covered are the governments of an area: the nation, a province with all below
// it, or one.
func covered(tx *db.Tx, region string) (out []int32, err error) {
	q := tx.Platform("tenant")
	if region != "" {
		q = q.Where("code = ? OR code LIKE ?", region, region+".%")
	}
	return out, q.Order("tenant_id").Pluck("tenant_id", &out).Error
}

func tenants(tx *db.Tx) (out []int32, err error) {
	return out, tx.Platform("tenant").Order("tenant_id").Pluck("tenant_id", &out).Error
}
