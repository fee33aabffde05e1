package report

import (
	"context"
	"io"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// Open opens a document of a report that the caller may see. That somebody opened
// it is noted before a byte leaves; who gets the reader closes it.
func (s *Service) Open(ctx context.Context, rid id.ID, no int32) (d Document, content io.ReadCloser, err error) {
	var o blob.Object
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		today, err := government.TodayTx(tx)
		if err != nil {
			return err
		}
		x, _, err := find(tx, rid, today, false)
		if err != nil {
			return err
		}
		if d, err = s.vault.of(x.TenantID, rid).findDocument(tx, rid, no); err != nil {
			return err
		}
		if o, err = blob.FindTx(tx, *d.File.Blob); err != nil {
			return err
		}
		return note(tx, "report.document_read", rid, map[string]any{"document": no})
	})
	if err != nil {
		return d, nil, err
	}
	r, err := s.blobs.Open(ctx, o)
	if err != nil {
		return d, nil, err
	}
	return d, whole{io.NewSectionReader(r, 0, r.Size), r}, nil
}

// whole reads a file from its beginning.
type whole struct {
	io.Reader
	io.Closer
}

// DocumentsTx lists the documents of a report, for who filed it.
func (s *Service) DocumentsTx(tx *db.Tx, tenant int32, rid id.ID) ([]Document, error) {
	return s.vault.of(tenant, rid).documents(tx, rid)
}
