package upload

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/blob"
	"github.com/netral-asn/netral/internal/platform/clamd"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Config is what differs between installations.
type Config struct {
	// MaxBytes bounds one file, QuotaBytes what one caller has announced and not
	// used yet; 0 is the default.
	MaxBytes, QuotaBytes int64
	// Scanner is nil where there is none.
	Scanner *clamd.Scanner
}

// The defaults.
const (
	DefaultMaxBytes   = 100 << 20
	DefaultQuotaBytes = 1 << 30
)

// Service is the use cases of uploads.
type Service struct {
	db    *db.DB
	blobs *blob.Store
	names names
	Config
}

// NewService joins the service to the database, the store and the master key.
func NewService(d *db.DB, blobs *blob.Store, m *seal.Master, c Config) *Service {
	if c.MaxBytes <= 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.QuotaBytes <= 0 {
		c.QuotaBytes = DefaultQuotaBytes
	}
	c.MaxBytes = min(c.MaxBytes, partSize*maxParts)
	return &Service{db: d, blobs: blobs, names: names{m}, Config: c}
}

// Create announces a file for the government with a region code, or the
// caller's own one.
func (s *Service) Create(ctx context.Context, code string, f File) (u Upload, err error) {
	if f.Size > s.MaxBytes {
		return u, fault.New(fault.TooLarge, "upload.too_large", "limit", s.MaxBytes)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := government.EnterTx(tx, code); err != nil {
			return err
		}
		tenant, err := tx.Tenant()
		if err != nil {
			return err
		}
		g, err := government.EntryByTenantTx(tx, tenant)
		if err != nil {
			return err
		}
		so, err := announced(tx)
		if err != nil {
			return err
		}
		if so+f.Size > s.QuotaBytes {
			return fault.New(fault.Rule, "upload.quota_reached", "limit", s.QuotaBytes)
		}
		u = Upload{ID: tx.NewUnorderedID(), Tenant: tenant, GovernmentCode: g.Code, State: Open, File: f, PartSize: partSize, Parts: []Part{},
			Expires: tx.Now().Add(kept), Version: 1}
		if err := s.names.insert(tx, u); err != nil {
			return err
		}
		return note(tx, "upload.created", u, nil)
	})
	return u, err
}

func note(tx *db.Tx, action string, u Upload, details map[string]any) error {
	return journal.Note(tx, journal.Entry{Action: action, Object: "upload", ObjectID: u.ID, Details: details})
}

// Get reads one of the caller's uploads.
func (s *Service) Get(ctx context.Context, uid id.ID) (u Upload, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error { u, err = s.names.find(tx, uid, false); return err })
	return u, err
}

// PutPart takes a part. length is what the request announces, -1 when it does
// not. The transaction begins when the part is in the store: a slow line holds
// no connection.
func (s *Service) PutPart(ctx context.Context, uid id.ID, no int32, said Digest, body io.Reader, length int64) (u Upload, err error) {
	if u, err = s.Get(ctx, uid); err != nil {
		return u, err
	}
	if err := u.takesParts(no); err != nil {
		return u, err
	}
	want := u.sizeOf(no)
	if length > want {
		return u, tooLong()
	}
	o, err := s.blobs.Put(ctx, u.Tenant, unreadable{io.LimitReader(body, want+1)})
	if err != nil {
		return u, err
	}
	if err = fits(o, want, said); err == nil {
		u, err = s.keep(ctx, u, Part{No: no, Blob: o.ID, Size: o.Size, SHA256: o.SHA256}, o)
	}
	if err != nil {
		s.blobs.Discard(ctx, o)
	}
	return u, err
}

// unreadable marks errors of a body that broke off.
type unreadable struct{ io.Reader }

func (u unreadable) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.New(fault.Shape, "request.body_unreadable").Because(err)
	}
	return n, err
}

func tooLong() error { return fault.New(fault.TooLarge, "upload.part_size_wrong") }

func fits(o blob.Object, want int64, said Digest) error {
	switch {
	case o.Size > want:
		return tooLong()
	case o.Size < want:
		return fault.New(fault.Rule, "upload.part_size_wrong")
	case o.SHA256 != said:
		return fault.New(fault.Rule, "upload.digest_wrong").AtParameter("Content-Digest", "upload.digest_wrong")
	}
	return nil
}

// keep names a part that is in the store. It is working data: the journal hears
// of the file when it is whole.
func (s *Service) keep(ctx context.Context, u Upload, p Part, o blob.Object) (Upload, error) {
	err := s.db.Scratch(ctx, func(tx *db.Tx) (err error) {
		if u, err = s.names.find(tx, u.ID, true); err != nil {
			return err
		}
		if err := u.takesParts(p.No); err != nil {
			return err
		}
		if err := blob.RecordTx(tx, o); err != nil {
			return err
		}
		if err := putPart(tx, u, p); err != nil {
			return err
		}
		at, found := slices.BinarySearchFunc(u.Parts, p.No, func(x Part, no int32) int { return int(x.No - no) })
		if found {
			if err := s.blobs.ForgetTx(tx, u.Parts[at].Blob); err != nil {
				return err
			}
			u.Parts[at] = p
		} else {
			u.Parts = slices.Insert(u.Parts, at, p)
		}
		u.Version++
		return update(tx, u)
	})
	return u, err
}

// Delete gives one of the caller's uploads up.
func (s *Service) Delete(ctx context.Context, uid id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := s.names.find(tx, uid, true)
		if err != nil {
			return err
		}
		if u.State == Used {
			return fault.New(fault.Conflict, "upload.used").Allowing(u.steps())
		}
		if err := enter(tx, u); err != nil {
			return err
		}
		if err := s.removeTx(tx, u); err != nil {
			return err
		}
		return note(tx, "upload.deleted", u, nil)
	})
}

// enter goes into the upload's government, for who speaks for several.
func enter(tx *db.Tx, u Upload) error {
	scope, ok := tx.Scope().In(u.Tenant)
	if !ok {
		return fault.Missing()
	}
	return tx.Enter(scope)
}

// removeTx deletes an upload with its files; what used it keeps the file.
func (s *Service) removeTx(tx *db.Tx, u Upload) error {
	if err := remove(tx, u.ID); err != nil {
		return err
	}
	return s.blobs.ForgetTx(tx, u.files()...)
}

// files are those that nothing but the upload needs.
func (u Upload) files() []id.ID {
	out := make([]id.ID, 0, len(u.Parts)+1)
	for _, p := range u.Parts {
		out = append(out, p.Blob)
	}
	if u.File.Blob != nil && u.State != Used {
		out = append(out, *u.File.Blob)
	}
	return out
}

// DigestTx tells what one of the caller's uploads holds, whether it was used or
// not.
func (s *Service) DigestTx(tx *db.Tx, uid id.ID) (d Digest, found bool, err error) {
	u, err := s.names.find(tx, uid, false)
	if f, refused := fault.As(err); refused && f.Kind == fault.NotFound {
		return d, false, nil
	}
	return u.File.SHA256, err == nil, err
}

// TakeTx lets something have one of the caller's complete uploads, once.
func (s *Service) TakeTx(tx *db.Tx, uid id.ID) (File, error) {
	u, err := s.names.find(tx, uid, true)
	if err != nil {
		return File{}, err
	}
	if tenant, err := tx.Tenant(); err != nil || tenant != u.Tenant {
		return File{}, errors.Join(err, fault.Missing())
	}
	if err := u.unusable(); err != nil {
		return File{}, err
	}
	u.State, u.Version = Used, u.Version+1
	return u.File, update(tx, u)
}
