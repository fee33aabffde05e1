package identity

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/day"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type grantRow struct {
	ID            id.ID     `gorm:"column:id"`
	AccountID     id.ID     `gorm:"column:account_id"`
	TenantID      int32     `gorm:"column:tenant_id"`
	Role          string    `gorm:"column:role"`
	OPDID         *id.ID    `gorm:"column:opd_id"`
	Organisation  *id.ID    `gorm:"column:organisation_id"`
	ValidFrom     day.Day   `gorm:"column:valid_from"`
	ValidUntil    *day.Day  `gorm:"column:valid_until"`
	StandsInFor   *id.ID    `gorm:"column:stands_in_for"`
	GrantedBy     *id.ID    `gorm:"column:granted_by"`
	RecordedLater bool      `gorm:"column:recorded_later"`
	Version       int32     `gorm:"column:version"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

// joinedGrant adds whose grant it is and where.
type joinedGrant struct {
	Own         grantRow `gorm:"embedded"`
	AccountName string   `gorm:"column:account_name"`
	Government  *id.ID   `gorm:"column:government_id"`
}

func (r joinedGrant) grant() Grant {
	o := r.Own
	g := Grant{ID: o.ID, Account: o.AccountID, AccountName: r.AccountName, Tenant: o.TenantID, Role: authz.Role(o.Role), OPD: o.OPDID, Organisation: o.Organisation, From: o.ValidFrom,
		Until: o.ValidUntil, StandsInFor: o.StandsInFor, GrantedBy: o.GrantedBy, RecordedLater: o.RecordedLater, Version: o.Version}
	if r.Government != nil {
		g.Government = *r.Government
	}
	return g
}

func insertGrant(tx *db.Tx, g Grant, now time.Time) error {
	return tx.Insert("identity_grant", &grantRow{ID: g.ID, AccountID: g.Account, TenantID: g.Tenant, Role: string(g.Role), OPDID: g.OPD, Organisation: g.Organisation, ValidFrom: g.From,
		ValidUntil: g.Until, StandsInFor: g.StandsInFor, GrantedBy: g.GrantedBy, RecordedLater: g.RecordedLater, Version: g.Version, CreatedAt: now})
}

// grants is the grants a government sees: its own. The installation sees those
// it gives.
func grants(tx *db.Tx, tenant int32) *gorm.DB {
	q := tx.Platform("identity_grant g").Joins("JOIN identity_account a ON a.id = g.account_id").
		Joins("LEFT JOIN tenant t ON t.tenant_id = g.tenant_id").Select("g.*, a.name AS account_name, t.id AS government_id")
	if tenant == authz.Platform {
		return q.Where("g.role IN ?", givers[authz.PlatformAdmin])
	}
	return q.Where("g.tenant_id = ?", tenant)
}

func grantByID(tx *db.Tx, tenant int32, gid id.ID, lock bool) (Grant, error) {
	q := grants(tx, tenant).Where("g.id = ?", gid)
	if lock {
		q = q.Clauses(db.ForUpdate("g"))
	}
	var r joinedGrant
	err := db.First(q, &r)
	return r.grant(), err
}

// GrantFilter narrows a list of grants.
type GrantFilter struct {
	Account *id.ID
	Role    authz.Role
	On      *day.Day
}

func listGrants(tx *db.Tx, tenant int32, f GrantFilter, r page.Request) ([]Grant, error) {
	q := grants(tx, tenant)
	if f.Account != nil {
		q = q.Where("g.account_id = ?", *f.Account)
	}
	if f.Role != "" {
		q = q.Where("g.role = ?", string(f.Role))
	}
	if f.On != nil {
		q = q.Where("g.valid_from <= ? AND (g.valid_until IS NULL OR g.valid_until >= ?)", *f.On, *f.On)
	}
	if r.After != nil {
		q = q.Where("(g.valid_from, g.id) < (?::date, ?::uuid)", r.After[0], r.After[1])
	}
	var rows []joinedGrant
	err := q.Order("g.valid_from DESC, g.id DESC").Limit(r.Limit + 1).Find(&rows).Error
	return toGrants(rows), err
}

func toGrants(rows []joinedGrant) []Grant {
	out := make([]Grant, 0, len(rows))
	for _, row := range rows {
		out = append(out, row.grant())
	}
	return out
}

// adminsOf locks and reads every grant to administer a government, so that two
// cannot end at once.
func adminsOf(tx *db.Tx, tenant int32) ([]Grant, error) {
	var rows []joinedGrant
	err := tx.Platform("identity_grant g").Joins("JOIN identity_account a ON a.id = g.account_id").
		Joins("JOIN identity_membership m ON m.account_id = g.account_id AND m.tenant_id = g.tenant_id").
		Select("g.*, a.name AS account_name, NULL::uuid AS government_id").
		Where("g.tenant_id = ? AND g.role = ? AND a.state <> 'suspended' AND m.state <> 'suspended'", tenant, string(authz.GovernmentAdmin)).
		Order("g.id").Clauses(db.ForUpdate("g")).Find(&rows).Error
	return toGrants(rows), err
}

func updateGrantEnd(tx *db.Tx, g Grant) error {
	return db.Changed(tx.Platform("identity_grant").Where("id = ?", g.ID).Updates(map[string]any{"valid_until": g.Until, "version": g.Version}))
}

// endSubstitutes lets nobody stand in longer than the original lasts.
func endSubstitutes(tx *db.Tx, original id.ID, last day.Day) error {
	return tx.Platform("identity_grant").Where("stands_in_for = ? AND (valid_until IS NULL OR valid_until > ?)", original, last).
		Updates(map[string]any{"valid_until": last, "version": gorm.Expr("version + 1")}).Error
}

// grantsInForce reads the grants of an account that are in force on a day.
func grantsInForce(tx *db.Tx, account id.ID, tenant int32, on day.Day) ([]Grant, error) {
	var rows []joinedGrant
	err := tx.Platform("identity_grant g").Select("g.*, '' AS account_name, NULL::uuid AS government_id").
		Where("g.account_id = ? AND g.tenant_id = ? AND g.valid_from <= ? AND (g.valid_until IS NULL OR g.valid_until >= ?)", account, tenant, on, on).
		Order("g.valid_from, g.id").Limit(1000).Find(&rows).Error
	return toGrants(rows), err
}

// otherRoles counts what somebody holds or will hold beside being a civil
// servant, in whatever government.
func otherRoles(tx *db.Tx, account id.ID, today day.Day) ([]Grant, error) {
	var rows []joinedGrant
	err := tx.Platform("identity_grant g").Select("g.*, '' AS account_name, NULL::uuid AS government_id").
		Where("g.account_id = ? AND (g.valid_until IS NULL OR g.valid_until >= ?)", account, today).Find(&rows).Error
	return toGrants(rows), err
}

// grantByIDAnywhere reads a grant that was just written.
func grantByIDAnywhere(tx *db.Tx, gid id.ID) (Grant, error) {
	var r joinedGrant
	err := db.First(tx.Platform("identity_grant g").Joins("JOIN identity_account a ON a.id = g.account_id").
		Joins("LEFT JOIN tenant t ON t.tenant_id = g.tenant_id").Select("g.*, a.name AS account_name, t.id AS government_id").
		Where("g.id = ?", gid), &r)
	return r.grant(), err
}
