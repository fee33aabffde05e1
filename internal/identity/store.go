package identity

import (
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type accountRow struct {
	ID             id.ID      `gorm:"column:id"`
	Name           string     `gorm:"column:name"`
	Email          *string    `gorm:"column:email"`
	NIPHash        []byte     `gorm:"column:nip_hash"`
	Phone          string     `gorm:"column:phone"`
	PasswordHash   string     `gorm:"column:password_hash"`
	TOTPSealed     []byte     `gorm:"column:totp_sealed"`
	TOTPPending    []byte     `gorm:"column:totp_pending"`
	TOTPStep       int64      `gorm:"column:totp_step"`
	State          string     `gorm:"column:state"`
	Assurance      string     `gorm:"column:assurance"`
	LastTenant     *int32     `gorm:"column:last_tenant"`
	CodeReissuedAt *time.Time `gorm:"column:code_reissued_at"`
	Version        int32      `gorm:"column:version"`
	CreatedAt      time.Time  `gorm:"column:created_at"`
	UpdatedAt      time.Time  `gorm:"column:updated_at"`
}

func (r accountRow) account() Account {
	a := Account{ID: r.ID, Name: r.Name, Phone: r.Phone, State: State(r.State), Assurance: authz.Assurance(r.Assurance), CodeReissuedAt: r.CodeReissuedAt,
		Version: r.Version, CreatedAt: r.CreatedAt.UTC(), nipHash: r.NIPHash, password: r.PasswordHash, totp: r.TOTPSealed,
		totpPending: r.TOTPPending, totpStep: r.TOTPStep, lastTenant: r.LastTenant}
	if r.Email != nil {
		a.Email = *r.Email
	}
	return a
}

func toAccountRow(a Account, now time.Time) accountRow {
	r := accountRow{ID: a.ID, Name: a.Name, NIPHash: a.nipHash, Phone: a.Phone, PasswordHash: a.password, TOTPSealed: a.totp, TOTPPending: a.totpPending,
		TOTPStep: a.totpStep, State: string(a.State), Assurance: string(a.Assurance), LastTenant: a.lastTenant, CodeReissuedAt: a.CodeReissuedAt,
		Version: a.Version, CreatedAt: a.CreatedAt, UpdatedAt: now}
	if a.Email != "" {
		r.Email = &a.Email
	}
	return r
}

func insertAccount(tx *db.Tx, a Account) error {
	r := toAccountRow(a, a.CreatedAt)
	return tx.Insert("identity_account", &r)
}

// updateAccount writes everything that changes of an account.
func updateAccount(tx *db.Tx, a Account, now time.Time) error {
	r := toAccountRow(a, now)
	return db.Changed(tx.Platform("identity_account").Where("id = ?", a.ID).Select("name", "email", "nip_hash", "phone", "password_hash", "totp_sealed",
		"totp_pending", "totp_step", "state", "assurance", "last_tenant", "code_reissued_at", "version", "updated_at").Updates(&r))
}

func accountByID(tx *db.Tx, aid id.ID, lock bool) (Account, error) {
	q := tx.Platform("identity_account").Where("id = ?", aid)
	if lock {
		q = q.Clauses(db.ForUpdate("identity_account"))
	}
	var r accountRow
	if err := db.First(q, &r); err != nil {
		return Account{}, err
	}
	return r.account(), tx.Match(r.ID, r.Version, lock)
}

// accountByName finds an account by what a person signs in with.
func accountByName(tx *db.Tx, n name) (Account, bool, error) {
	q := tx.Platform("identity_account")
	if n.nipHash != nil {
		q = q.Where("nip_hash = ?", n.nipHash)
	} else {
		q = q.Where("email = ?", n.email)
	}
	var r accountRow
	ok, err := db.Found(q, &r)
	return r.account(), ok, err
}

type membershipRow struct {
	AccountID id.ID     `gorm:"column:account_id"`
	TenantID  int32     `gorm:"column:tenant_id"`
	ASNID     *id.ID    `gorm:"column:asn_id"`
	State     string    `gorm:"column:state"`
	CreatedAt time.Time `gorm:"column:created_at"`
}

func (r membershipRow) membership() Membership {
	return Membership{Account: r.AccountID, Tenant: r.TenantID, ASN: r.ASNID, State: State(r.State)}
}

func insertMembership(tx *db.Tx, m Membership, now time.Time) error {
	return tx.Insert("identity_membership", &membershipRow{AccountID: m.Account, TenantID: m.Tenant, ASNID: m.ASN, State: string(m.State), CreatedAt: now})
}

func membershipsOf(tx *db.Tx, account id.ID) ([]Membership, error) {
	var rows []membershipRow
	if err := tx.Platform("identity_membership").Where("account_id = ?", account).Order("tenant_id").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Membership, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.membership())
	}
	return out, nil
}

func setMembershipState(tx *db.Tx, account id.ID, tenant int32, s State) error {
	return db.Changed(tx.Platform("identity_membership").Where("account_id = ? AND tenant_id = ?", account, tenant).Update("state", string(s)))
}

func setMembershipASN(tx *db.Tx, account id.ID, tenant int32, asn id.ID) error {
	return db.Changed(tx.Platform("identity_membership").Where("account_id = ? AND tenant_id = ?", account, tenant).Update("asn_id", asn))
}

// viewRow is an account with its membership in the caller's government.
type viewRow struct {
	Account         accountRow `gorm:"embedded"`
	ASNID           *id.ID     `gorm:"column:asn_id"`
	MembershipState string     `gorm:"column:membership_state"`
}

func (r viewRow) view() View {
	a := r.Account.account()
	return View{Account: a, ASN: r.ASNID, State: viewed(a.State, State(r.MembershipState))}
}

// viewState is what viewed says, for filters.
const viewState = `CASE WHEN 'suspended' IN (a.state, m.state) THEN 'suspended' WHEN 'invited' IN (a.state, m.state) THEN 'invited' ELSE 'active' END`

// ownRecord is the record of a member that stands today.
const ownRecord = `coalesce(p.merged_into, m.asn_id)`

// inherit ties the account of the record that goes to the one that stays. Where
// that one has an account of its own both remain, and both speak for one person:
// whoever reads takes ownRecord.
func inherit(tx *db.Tx, goes, stays id.ID) error {
	_, err := tx.Exec(`UPDATE identity_membership m SET asn_id = @stays WHERE m.tenant_id IN @tenants AND m.asn_id = @goes
		AND NOT EXISTS (SELECT FROM identity_membership o WHERE o.tenant_id = m.tenant_id AND o.asn_id = @stays)`, map[string]any{"goes": goes, "stays": stays})
	return err
}

// views is the accounts that one government sees: its members. The installation
// sees its own and whoever administers a government, without their records.
func views(tx *db.Tx, tenant int32) *gorm.DB {
	q := tx.Platform("identity_account a")
	if tenant != authz.Platform {
		return q.Joins("JOIN identity_membership m ON m.account_id = a.id AND m.tenant_id = ?", tenant).
			Joins("LEFT JOIN asn p ON p.tenant_id = m.tenant_id AND p.tenant_id IN ? AND p.id = m.asn_id", tx.Scope().Tenants()).
			Select("a.*, " + ownRecord + " AS asn_id, m.state AS membership_state")
	}
	return q.Joins("LEFT JOIN identity_membership m ON m.account_id = a.id AND m.tenant_id = 0").
		Where("m.account_id IS NOT NULL OR EXISTS (SELECT 1 FROM identity_grant g WHERE g.account_id = a.id AND g.role = ?)", string(authz.GovernmentAdmin)).
		Select("a.*, NULL::uuid AS asn_id, coalesce(m.state, a.state) AS membership_state")
}

func viewByID(tx *db.Tx, tenant int32, aid id.ID) (View, error) {
	var r viewRow
	err := db.First(views(tx, tenant).Where("a.id = ?", aid), &r)
	return r.view(), err
}

// AccountFilter narrows a list of accounts.
type AccountFilter struct {
	State State
	ASN   *id.ID
}

func listViews(tx *db.Tx, tenant int32, f AccountFilter, r page.Request) ([]View, error) {
	q := views(tx, tenant)
	if f.State != "" {
		q = q.Where(viewState+" = ?", string(f.State))
	}
	switch {
	case f.ASN != nil && tenant == authz.Platform:
		return nil, nil // the installation knows nobody's record
	case f.ASN != nil:
		q = q.Where(ownRecord+" = ?", *f.ASN)
	}
	if r.After != nil {
		q = q.Where("a.id > ?::uuid", r.After[0])
	}
	var rows []viewRow
	if err := q.Order("a.id").Limit(r.Limit + 1).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]View, 0, len(rows))
	for _, row := range rows {
		out = append(out, row.view())
	}
	return out, nil
}

// place is a government somebody can act for.
type place struct {
	Tenant   int32  `gorm:"column:tenant_id"`
	ID       id.ID  `gorm:"column:id"`
	Code     string `gorm:"column:code"`
	Name     string `gorm:"column:name"`
	Required bool   `gorm:"column:factor_required"`
}

// inForce is the condition that a grant is in force today in its government.
const inForce = `g.valid_from <= (@now AT TIME ZONE %[1]s)::date AND (g.valid_until IS NULL OR g.valid_until >= (@now AT TIME ZONE %[1]s)::date)`

// activateMembership takes up an invitation; a suspension stays.
func activateMembership(tx *db.Tx, account id.ID, tenant int32) error {
	return tx.Platform("identity_membership").Where("account_id = ? AND tenant_id = ? AND state = 'invited'", account, tenant).
		Update("state", string(Active)).Error
}

// placeOf reads a government as a place, the installation as the empty one.
func placeOf(tx *db.Tx, tenant int32) (p place, err error) {
	_, err = db.Found(tx.Platform("tenant").Select("tenant_id, id, code, name").Where("tenant_id = ?", tenant), &p)
	return p, err
}
