package upload

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/opt"
	"github.com/netral-asn/netral/internal/platform/seal"
)

type row struct {
	TenantID       int32     `gorm:"column:tenant_id"`
	ID             id.ID     `gorm:"column:id"`
	Owner          string    `gorm:"column:owner"`
	GovernmentCode string    `gorm:"column:government_code"`
	State          string    `gorm:"column:state"`
	FileName       []byte    `gorm:"column:file_name"`
	MediaType      string    `gorm:"column:media_type"`
	Size           int64     `gorm:"column:size"`
	SHA256         []byte    `gorm:"column:sha256"`
	PartSize       int64     `gorm:"column:part_size"`
	BlobID         *id.ID    `gorm:"column:blob_id"`
	Scan           *string   `gorm:"column:scan"`
	Version        int32     `gorm:"column:version"`
	ExpiresAt      time.Time `gorm:"column:expires_at"`
}

// names seals and opens what files are called: a name may tell of a person.
type names struct{ master *seal.Master }

func (n names) seal(uid id.ID, name string) []byte {
	return n.master.Seal([]byte(name), "upload", "file_name", uid.String())
}

func (n names) upload(r row) (Upload, error) {
	name, err := n.master.Open(r.FileName, "upload", "file_name", r.ID.String())
	if err != nil {
		return Upload{}, err
	}
	u := Upload{ID: r.ID, Tenant: r.TenantID, GovernmentCode: r.GovernmentCode, State: State(r.State), PartSize: r.PartSize, Expires: r.ExpiresAt.UTC(), Version: r.Version,
		File: File{Blob: r.BlobID, Name: string(name), MediaType: MediaType(r.MediaType), Size: r.Size, Scan: Scan(opt.Value(r.Scan))}}
	u.File.SHA256, err = digest(r.SHA256)
	return u, err
}

func digest(b []byte) (Digest, error) {
	if len(b) != sha256.Size {
		return Digest{}, errors.New("upload: a digest of another length")
	}
	return Digest(b), nil
}

// own are the caller's uploads that are not over.
func own(tx *db.Tx) *gorm.DB {
	return tx.From("upload").Where("owner = ? AND expires_at > ?", owner(tx.Scope().Principal()), tx.Now())
}

// find reads one of the caller's uploads with its parts.
func (n names) find(tx *db.Tx, uid id.ID, lock bool) (Upload, error) {
	return n.read(tx, own(tx).Where("id = ?", uid), lock)
}

func (n names) read(tx *db.Tx, q *gorm.DB, lock bool) (Upload, error) {
	if lock {
		q = q.Clauses(db.ForUpdate("upload"))
	}
	var r row
	if err := db.First(q, &r); err != nil {
		return Upload{}, err
	}
	u, err := n.upload(r)
	if err != nil {
		return u, err
	}
	u.Parts, err = parts(tx, u.ID)
	return u, err
}

func (n names) insert(tx *db.Tx, u Upload) error {
	return tx.Insert("upload", &row{TenantID: u.Tenant, ID: u.ID, Owner: owner(tx.Scope().Principal()), GovernmentCode: u.GovernmentCode, State: string(u.State),
		FileName: n.seal(u.ID, u.File.Name), MediaType: string(u.File.MediaType), Size: u.File.Size, SHA256: u.File.SHA256[:], PartSize: u.PartSize,
		Version: u.Version, ExpiresAt: u.Expires})
}

func update(tx *db.Tx, u Upload) error {
	return db.Changed(tx.From("upload").Where("id = ?", u.ID).Updates(map[string]any{"state": u.State, "blob_id": u.File.Blob,
		"scan": opt.Of(string(u.File.Scan)), "version": u.Version}))
}

// remove deletes an upload's own rows.
func remove(tx *db.Tx, uid id.ID) error {
	if err := deleteParts(tx, uid); err != nil {
		return err
	}
	return tx.From("upload").Where("id = ?", uid).Delete(&row{}).Error
}

// announced counts what a caller has announced and not used yet, and lets one
// announce at a time.
func announced(tx *db.Tx) (bytes int64, err error) {
	sum := sha256.Sum256([]byte("upload quota " + owner(tx.Scope().Principal())))
	lock := int64(binary.BigEndian.Uint64(sum[:]))
	if _, err := tx.Exec(`SELECT pg_advisory_xact_lock(@lock)`, map[string]any{"lock": lock}); err != nil {
		return 0, err
	}
	err = own(tx).Select("coalesce(sum(size), 0)").Where("state <> ?", Used).Scan(&bytes).Error
	return bytes, err
}

// over are uploads whose time is over, locked: one that was taken in its last
// moment is seen as used.
func over(tx *db.Tx, limit int) ([]row, error) {
	var rows []row
	err := tx.From("upload").Clauses(db.ForUpdate("upload")).Where("expires_at <= ?", tx.Now()).Order("expires_at").Limit(limit).Find(&rows).Error
	return rows, err
}

// held are uploads that wait for the scanner.
func held(tx *db.Tx, limit int) ([]row, error) {
	var rows []row
	err := tx.From("upload").Where("state = ? AND expires_at > ?", Held, tx.Now()).Order("expires_at").Limit(limit).Find(&rows).Error
	return rows, err
}

type partRow struct {
	TenantID int32  `gorm:"column:tenant_id"`
	UploadID id.ID  `gorm:"column:upload_id"`
	No       int32  `gorm:"column:no"`
	BlobID   id.ID  `gorm:"column:blob_id"`
	Size     int64  `gorm:"column:size"`
	SHA256   []byte `gorm:"column:sha256"`
}

func parts(tx *db.Tx, uid id.ID) ([]Part, error) {
	var rows []partRow
	if err := tx.From("upload_part").Where("upload_id = ?", uid).Order("no").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Part, 0, len(rows))
	for _, r := range rows {
		d, err := digest(r.SHA256)
		if err != nil {
			return nil, err
		}
		out = append(out, Part{No: r.No, Blob: r.BlobID, Size: r.Size, SHA256: d})
	}
	return out, nil
}

// putPart writes a part in the place of an earlier one.
func putPart(tx *db.Tx, u Upload, p Part) error {
	if err := tx.From("upload_part").Where("upload_id = ? AND no = ?", u.ID, p.No).Delete(&partRow{}).Error; err != nil {
		return err
	}
	return tx.Insert("upload_part", &partRow{TenantID: u.Tenant, UploadID: u.ID, No: p.No, BlobID: p.Blob, Size: p.Size, SHA256: p.SHA256[:]})
}

func deleteParts(tx *db.Tx, uid id.ID) error {
	return tx.From("upload_part").Where("upload_id = ?", uid).Delete(&partRow{}).Error
}
