package blob

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

type row struct {
	TenantID     int32     `gorm:"column:tenant_id"`
	ID           id.ID     `gorm:"column:id"`
	Size         int64     `gorm:"column:size"`
	SHA256       []byte    `gorm:"column:sha256"`
	SealedSize   int64     `gorm:"column:sealed_size"`
	SealedSHA256 []byte    `gorm:"column:sealed_sha256"`
	CreatedAt    time.Time `gorm:"column:created_at"`
}

func (r row) object() (Object, error) {
	if len(r.SHA256) != sha256.Size || len(r.SealedSHA256) != sha256.Size {
		return Object{}, errors.New("blob: a digest of another length")
	}
	return Object{Tenant: r.TenantID, ID: r.ID, Size: r.Size, SHA256: [sha256.Size]byte(r.SHA256), SealedSize: r.SealedSize,
		SealedSHA256: [sha256.Size]byte(r.SealedSHA256)}, nil
}

// RecordTx names a file that was put: from the commit on it is kept.
func RecordTx(tx *db.Tx, o Object) error {
	return tx.Insert("blob", &row{TenantID: o.Tenant, ID: o.ID, Size: o.Size, SHA256: o.SHA256[:], SealedSize: o.SealedSize,
		SealedSHA256: o.SealedSHA256[:], CreatedAt: tx.Now()})
}

// FindTx reads what a file is.
func FindTx(tx *db.Tx, oid id.ID) (Object, error) {
	var r row
	if err := db.First(tx.From("blob").Where("id = ?", oid), &r); err != nil {
		return Object{}, err
	}
	return r.object()
}

// FindAllTx reads what files are; all of them are there, or it is an error.
func FindAllTx(tx *db.Tx, oids []id.ID) (map[id.ID]Object, error) {
	var rows []row
	if err := tx.From("blob").Where("id IN ?", oids).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[id.ID]Object, len(rows))
	for _, r := range rows {
		o, err := r.object()
		if err != nil {
			return nil, err
		}
		out[r.ID] = o
	}
	for _, oid := range oids {
		if _, ok := out[oid]; !ok {
			return nil, fault.Missing()
		}
	}
	return out, nil
}

// ForgetTx takes files' rows away; the files go once that is committed.
func (s *Store) ForgetTx(tx *db.Tx, oids ...id.ID) error {
	if len(oids) == 0 {
		return nil
	}
	var rows []row
	if err := tx.From("blob").Where("id IN ?", oids).Find(&rows).Error; err != nil {
		return err
	}
	gone := make([]Object, 0, len(rows))
	for _, r := range rows {
		gone = append(gone, Object{Tenant: r.TenantID, ID: r.ID})
	}
	tx.AfterCommit(func() { s.Discard(tx.Context(), gone...) })
	return tx.From("blob").Where("id IN ?", oids).Delete(&row{}).Error
}

// missing gives those of the identifiers that have no row.
func missing(tx *db.Tx, oids []id.ID) (map[id.ID]bool, error) {
	out := make(map[id.ID]bool, len(oids))
	for _, o := range oids {
		out[o] = true
	}
	var rows []row
	err := tx.From("blob").Select("id").Where("id IN ?", oids).Find(&rows).Error
	for _, r := range rows {
		delete(out, r.ID)
	}
	return out, err
}
