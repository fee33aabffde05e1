// Package blob keeps files: in a folder, or in a bucket that speaks S3. Every
// file is encrypted while it streams in, in the age format, with a data key of
// its own that the master key wraps and binds to government and file, so that
// nothing readable is ever on a disk (T-37, T-42) and a file that was swapped,
// cut or reordered does not open (T-38). The database holds what a file is: its
// size and its digest, in the clear and as it lies in the store.
//
// A file is written first and its row with the change that needs it; a file
// without a row is an orphan, which the sweep removes. It knows no resource.
package blob

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"filippo.io/age"

	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Object is one file that was put into the store.
type Object struct {
	Tenant int32
	ID     id.ID
	Size   int64
	SHA256 [sha256.Size]byte
	// Sealed is the file as it lies in the store.
	SealedSize   int64
	SealedSHA256 [sha256.Size]byte
}

// Store keeps files.
type Store struct {
	db     *db.DB
	master *seal.Master
	spool  string
	shelf  shelf
}

// shelf is where encrypted files lie: a folder or a bucket.
type shelf interface {
	// put takes a complete file, synced, and leaves nothing at its path.
	put(ctx context.Context, path, key string) error
	open(ctx context.Context, key string) (file, error)
	remove(ctx context.Context, key string) error
	// list names what lies under a prefix and when it came there.
	list(ctx context.Context, prefix string, each func(key string, at time.Time) error) error
}

// file is an encrypted file open for reading.
type file interface {
	io.ReaderAt
	io.Closer
	size() int64
}

// Open makes the store ready. Without a folder nothing can be put or read: for
// commands that have no files.
func Open(d *db.DB, m *seal.Master, c Config) (*Store, error) {
	if c.Dir == "" {
		return &Store{db: d, master: m, shelf: nowhere{}}, nil
	}
	if err := os.MkdirAll(c.spool(), 0o700); err != nil {
		return nil, fmt.Errorf("store of files: %w", err)
	}
	s := &Store{db: d, master: m, spool: c.spool(), shelf: folder{c.Dir}}
	if c.Bucket == nil {
		return s, nil
	}
	var err error
	s.shelf, err = newBucket(*c.Bucket)
	return s, err
}

// Put writes a new file. What it gives is nobody's until RecordTx names it.
// Errors of r are passed on as they are; those of the store are a 503.
func (s *Store) Put(ctx context.Context, tenant int32, r io.Reader) (Object, error) {
	o := Object{Tenant: tenant, ID: id.NewUnordered(ctx)}
	if s.spool == "" {
		return o, unavailable(errNowhere)
	}
	f, err := os.CreateTemp(s.spool, "put-*") // mode 0600
	if err != nil {
		return o, unavailable(err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	if err := s.encrypt(f, r, &o); err != nil {
		return o, err
	}
	if err := f.Sync(); err != nil {
		return o, unavailable(err)
	}
	if err := s.shelf.put(ctx, f.Name(), o.key()); err != nil {
		return o, unavailable(err)
	}
	return o, nil
}

// encrypt streams r into the file and counts and hashes both sides.
func (s *Store) encrypt(f io.Writer, r io.Reader, o *Object) error {
	plain, sealed := &counter{h: sha256.New()}, &counter{h: sha256.New()}
	to := bufio.NewWriterSize(io.MultiWriter(f, sealed), 64<<10)
	w, err := age.Encrypt(to, s.lock(*o))
	if err != nil {
		return unavailable(err)
	}
	in := &source{r: r}
	_, err = io.Copy(io.MultiWriter(w, plain), in)
	if in.err != nil {
		return in.err
	}
	if err = errors.Join(err, w.Close(), to.Flush()); err != nil {
		return unavailable(err)
	}
	o.Size, o.SealedSize = plain.n, sealed.n
	plain.h.Sum(o.SHA256[:0])
	sealed.h.Sum(o.SealedSHA256[:0])
	return nil
}

// source tells an error of the reader from one of the store.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

type counter struct {
	h hash.Hash
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return c.h.Write(b)
}

// Reader reads a file at any place.
type Reader struct {
	io.ReaderAt
	Size int64
	f    file
}

// Close releases the file.
func (r *Reader) Close() error { return r.f.Close() }

// Open opens a file that has a row. What does not open, because it is missing
// or was changed, is an error and never a part of the file.
func (s *Store) Open(ctx context.Context, o Object) (*Reader, error) {
	f, err := s.shelf.open(ctx, o.key())
	if err != nil {
		return nil, unavailable(err)
	}
	plain, size, err := age.DecryptReaderAt(f, f.size(), s.lock(o))
	if err == nil && (size != o.Size || f.size() != o.SealedSize) {
		err = errors.New("another size than was recorded")
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("file %s of government %d: %w: %w", o.ID, o.Tenant, ErrChanged, err)
	}
	return &Reader{ReaderAt: plain, Size: size, f: f}, nil
}

// ErrChanged says that a file in the store is not the one that was put there.
var ErrChanged = errors.New("blob: the file was changed, cut or swapped")

// Discard removes files that have no row. One that cannot be removed now is an
// orphan, and the sweep's.
func (s *Store) Discard(ctx context.Context, objects ...Object) {
	for _, o := range objects {
		if err := s.shelf.remove(context.WithoutCancel(ctx), o.key()); err != nil {
			slog.Warn("a file could not be removed; the sweep will", "file", o.ID, "error", err)
		}
	}
}

// key is where the file lies: names of files are never paths (T-59).
func (o Object) key() string {
	name := o.ID.String()
	return prefix(o.Tenant) + name[:2] + "/" + name
}

func prefix(tenant int32) string { return strconv.Itoa(int(tenant)) + "/" }

// unavailable is a store that does not work now.
func unavailable(err error) error {
	return fault.New(fault.Unavailable, "server.unavailable").After(5 * time.Second).Because(fmt.Errorf("store of files: %w", err))
}
