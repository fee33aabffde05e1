package referral

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/canon"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

type row struct {
	TenantID       int32  `gorm:"column:tenant_id"`
	ID             id.ID  `gorm:"column:id"`
	OrganisationID id.ID  `gorm:"column:organisation_id"`
	NumberKey      string `gorm:"column:number_key"`
	Receipt        string `gorm:"column:receipt"`
}

func (r row) receipt() (out Receipt, err error) { return out, json.Unmarshal([]byte(r.Receipt), &out) }

// own are the referrals of the caller's office.
func own(tx *db.Tx) *gorm.DB {
	return tx.From("referral").Where("organisation_id = ?", tx.Scope().Principal().Organisation)
}

func find(tx *db.Tx, rid id.ID) (Receipt, error) {
	var r row
	if err := db.First(own(tx).Where("id = ?", rid), &r); err != nil {
		return Receipt{}, err
	}
	return r.receipt()
}

// findNumber reads the referral that the office sent under a number, and lets one
// request at a time use that number.
func findNumber(tx *db.Tx, number string) (out Receipt, found bool, err error) {
	key := canon.Number(number)
	sum := sha256.Sum256([]byte("referral number " + tx.Scope().Principal().Organisation.String() + " " + key))
	lock := int64(binary.BigEndian.Uint64(sum[:]))
	if _, err := tx.Exec(`SELECT pg_advisory_xact_lock(@lock)`, map[string]any{"lock": lock}); err != nil {
		return out, false, err
	}
	var r row
	if found, err = db.Found(own(tx).Where("number_key = ?", key), &r); err != nil || !found {
		return out, found, err
	}
	out, err = r.receipt()
	return out, true, err
}

func insert(tx *db.Tx, tenant int32, r Receipt) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Insert("referral", &row{TenantID: tenant, ID: r.ID, OrganisationID: r.OrganisationID, NumberKey: canon.Number(r.TheirNumber),
		Receipt: string(b)})
}
