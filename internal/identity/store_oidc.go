package identity

import (
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

type stateRow struct {
	StateHash []byte    `gorm:"column:state_hash"`
	ExpiresAt time.Time `gorm:"column:expires_at"`
}

func insertState(tx *db.Tx, hash []byte, until, now time.Time) error {
	if err := tx.Platform("identity_oidc_state").Where("expires_at < ?", now).Delete(&stateRow{}).Error; err != nil {
		return err
	}
	return tx.Insert("identity_oidc_state", &stateRow{StateHash: hash, ExpiresAt: until})
}

// takeState uses a state up.
func takeState(tx *db.Tx, hash []byte, now time.Time) error {
	r := tx.Platform("identity_oidc_state").Where("state_hash = ? AND expires_at > ?", hash, now).Delete(&stateRow{})
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.New(fault.Shape, "auth.oidc_state_invalid").At("/state", "auth.oidc_state_invalid")
	}
	return r.Error
}

func everyTenant(tx *db.Tx) (out []int32, err error) {
	err = tx.Platform("tenant").Order("tenant_id").Pluck("tenant_id", &out).Error
	return out, err
}

// record is somebody's entry in one government's registry.
type record struct {
	TenantID int32 `gorm:"column:tenant_id"`
	ID       id.ID `gorm:"column:id"`
}

func recordsByNIP(tx *db.Tx, digits string) (out []record, err error) {
	err = tx.From("asn").Select("tenant_id, id").Where("nip = ? AND state = 'active'", digits).Order("tenant_id").Limit(20).Scan(&out).Error
	return out, err
}

// activateOwnMemberships takes up the invitations of governments whose registry
// knows the person.
func activateOwnMemberships(tx *db.Tx, account id.ID) error {
	return tx.Platform("identity_membership").Where("account_id = ? AND state = 'invited' AND asn_id IS NOT NULL", account).
		Update("state", string(Active)).Error
}
