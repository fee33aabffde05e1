package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/page"
)

type addressRow struct {
	ID            id.ID      `gorm:"column:id"`
	AccountID     id.ID      `gorm:"column:account_id"`
	Channel       string     `gorm:"column:channel"`
	Value         string     `gorm:"column:value"`
	State         string     `gorm:"column:state"`
	CodeSerial    int32      `gorm:"column:code_serial"`
	CodeExpiresAt time.Time  `gorm:"column:code_expires_at"`
	Attempts      int32      `gorm:"column:attempts"`
	ConfirmedAt   *time.Time `gorm:"column:confirmed_at"`
	FailingSince  *time.Time `gorm:"column:failing_since"`
	Failure       string     `gorm:"column:failure"`
	Version       int32      `gorm:"column:version"`
	CreatedAt     time.Time  `gorm:"column:created_at"`
}

func (r addressRow) address() Address {
	return Address{ID: r.ID, Account: r.AccountID, Channel: Channel(r.Channel), Value: r.Value, State: AddressState(r.State), CodeExpires: r.CodeExpiresAt.UTC(),
		Confirmed: r.ConfirmedAt, FailingSince: r.FailingSince, Failure: r.Failure, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), serial: r.CodeSerial, attempts: r.Attempts}
}

func toAddressRow(a Address) addressRow {
	return addressRow{ID: a.ID, AccountID: a.Account, Channel: string(a.Channel), Value: a.Value, State: string(a.State), CodeSerial: a.serial, CodeExpiresAt: a.CodeExpires,
		Attempts: a.attempts, ConfirmedAt: a.Confirmed, FailingSince: a.FailingSince, Failure: a.Failure, Version: a.Version, CreatedAt: a.CreatedAt}
}

func insertAddress(tx *db.Tx, a Address) error {
	r := toAddressRow(a)
	return tx.Insert("identity_address", &r)
}

func updateAddress(tx *db.Tx, a Address) error {
	r := toAddressRow(a)
	return db.Changed(tx.Platform("identity_address").Where("id = ?", a.ID).Select("state", "code_serial", "code_expires_at", "attempts", "confirmed_at", "failing_since", "failure", "version").Updates(&r))
}

func deleteAddress(tx *db.Tx, aid id.ID) error {
	return db.Changed(tx.Platform("identity_address").Where("id = ?", aid).Delete(&addressRow{}))
}

func addressesOf(tx *db.Tx, account id.ID) ([]Address, error) {
	var rows []addressRow
	err := tx.Platform("identity_address").Where("account_id = ?", account).Order("created_at, id").Find(&rows).Error
	out := make([]Address, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.address())
	}
	return out, err
}

// ownAddress reads an address of the caller.
func ownAddress(tx *db.Tx, aid id.ID, lock bool) (Address, error) {
	q := tx.Platform("identity_address").Where("id = ? AND account_id = ?", aid, tx.Scope().Principal().ID)
	if lock {
		q = q.Clauses(db.ForUpdate("identity_address"))
	}
	var r addressRow
	if err := db.First(q, &r); err != nil {
		return Address{}, err
	}
	return r.address(), tx.Match(r.ID, r.Version, lock)
}

func addressByID(tx *db.Tx, aid id.ID) (Address, bool, error) {
	var r addressRow
	found, err := db.Found(tx.Platform("identity_address").Where("id = ?", aid), &r)
	return r.address(), found, err
}

func lockAddress(tx *db.Tx, aid id.ID) (Address, bool, error) {
	var r addressRow
	found, err := db.Found(tx.Platform("identity_address").Where("id = ?", aid).Clauses(db.ForUpdate("identity_address")), &r)
	return r.address(), found, err
}

// registryAddresses are those that the registries within the caller's reach have
// of the account's person.
func registryAddresses(tx *db.Tx, account id.ID, c Channel) (out []string, err error) {
	column := "p.email"
	if c == Phone {
		column = "p.phone"
	}
	err = tx.SQL(`SELECT `+column+` FROM identity_membership m JOIN asn p ON p.tenant_id IN @tenants AND p.tenant_id = m.tenant_id AND p.id = m.asn_id
		WHERE m.tenant_id IN @tenants AND m.account_id = @account AND m.state = 'active' AND p.merged_into IS NULL`,
		map[string]any{"account": account}).Scan(&out).Error
	return out, err
}

// ReachableSQL is the statement of the addresses that take messages.
const ReachableSQL = `SELECT a.account_id, a.id AS address_id, a.channel FROM identity_address a WHERE a.state = 'confirmed'`

// AddressSQL is the statement of the address @object, confirmed or not.
const AddressSQL = `SELECT a.id, a.account_id, a.channel FROM identity_address a WHERE a.id = @object`

// AddresseeSQL is the statement of the account whose address is @object.
const AddresseeSQL = `SELECT a.account_id FROM identity_address a WHERE a.id = @object`

func failingAddresses(tx *db.Tx, tenant int32, r page.Request) ([]FailingAddress, error) {
	after, from, at := "", id.Nil, time.Time{}
	if r.After != nil {
		var err error
		if at, err = time.Parse(time.RFC3339Nano, r.After[0]); err == nil {
			from, err = id.Parse(r.After[1])
		}
		if err != nil {
			return nil, page.ForeignCursor()
		}
		after = "AND (d.failing_since, d.id) > (@at, @from)"
	}
	var rows []struct {
		Own         addressRow `gorm:"embedded"`
		AccountName string     `gorm:"column:account_name"`
	}
	err := tx.SQL(`SELECT d.*, a.name AS account_name FROM identity_address d JOIN identity_account a ON a.id = d.account_id
		JOIN identity_membership m ON m.account_id = d.account_id AND m.tenant_id = @tenant
		WHERE d.state = 'failing' `+after+` ORDER BY d.failing_since, d.id LIMIT @limit`,
		map[string]any{"tenant": tenant, "at": at, "from": from, "limit": r.Limit + 1}).Scan(&rows).Error
	out := make([]FailingAddress, 0, len(rows))
	for _, r := range rows {
		out = append(out, FailingAddress{Address: r.Own.address(), AccountName: r.AccountName})
	}
	return out, err
}
