package report

import (
	"gorm.io/gorm"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/upload"
)

type documentRow struct {
	TenantID  int32  `gorm:"column:tenant_id"`
	ReportID  id.ID  `gorm:"column:report_id"`
	No        int32  `gorm:"column:no"`
	UploadID  id.ID  `gorm:"column:upload_id"`
	BlobID    id.ID  `gorm:"column:blob_id"`
	FileName  []byte `gorm:"column:file_name"`
	MediaType string `gorm:"column:media_type"`
	Size      int64  `gorm:"column:size"`
	SHA256    []byte `gorm:"column:sha256"`
	Scan      string `gorm:"column:scan"`
}

func (l locker) document(r documentRow) (Document, error) {
	d := Document{No: r.No, Upload: r.UploadID, File: upload.File{Blob: &r.BlobID, MediaType: upload.MediaType(r.MediaType), Size: r.Size,
		SHA256: upload.Digest(r.SHA256), Scan: upload.Scan(r.Scan)}}
	return d, l.open("report_document", "file_name", r.No, r.FileName, &d.File.Name)
}

func documentRows(tx *db.Tx, rid id.ID) *gorm.DB {
	return tx.From("report_document").Where("report_id = ?", rid)
}

func (l locker) documents(tx *db.Tx, rid id.ID) ([]Document, error) {
	var rows []documentRow
	if err := documentRows(tx, rid).Order("no").Find(&rows).Error; err != nil {
		return nil, err
	}
	return db.Each(rows, l.document)
}

func (l locker) findDocument(tx *db.Tx, rid id.ID, no int32) (Document, error) {
	var r documentRow
	if err := db.First(documentRows(tx, rid).Where("no = ?", no), &r); err != nil {
		return Document{}, err
	}
	return l.document(r)
}

func (l locker) insertDocuments(tx *db.Tx, tenant int32, rid id.ID, in []Document) error {
	if len(in) == 0 {
		return nil
	}
	rows := make([]documentRow, 0, len(in))
	for _, d := range in {
		name, err := l.seal("report_document", "file_name", d.No, d.File.Name)
		if err != nil {
			return err
		}
		rows = append(rows, documentRow{TenantID: tenant, ReportID: rid, No: d.No, UploadID: d.Upload, BlobID: *d.File.Blob, FileName: name,
			MediaType: string(d.File.MediaType), Size: d.File.Size, SHA256: d.File.SHA256[:], Scan: string(d.File.Scan)})
	}
	return tx.Insert("report_document", &rows)
}
