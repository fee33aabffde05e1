package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/netral-asn/netral/internal/platform/seal"
)

const marker = "RAHASIA-PELAPOR"

func newStore(t *testing.T) *Store {
	t.Helper()
	m, err := seal.FromText(seal.Generate())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(nil, m, Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// content is readable text of a size, and no two chunks of it are alike.
func content(n int) []byte {
	out := bytes.Repeat([]byte(marker), n/len(marker)+1)[:n]
	for i := 0; i+8 < n; i += 1 << 10 {
		copy(out[i:], []byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
	}
	return out
}

func put(t *testing.T, s *Store, tenant int32, b []byte) Object {
	t.Helper()
	o, err := s.Put(context.Background(), tenant, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func read(s *Store, o Object) ([]byte, error) {
	r, err := s.Open(context.Background(), o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(io.NewSectionReader(r, 0, r.Size))
}

// Proves T-37, T-42: what was put comes back whole and in parts, its digests
// are right, and nothing readable is on the disk.
func TestStore_KeepsFilesEncrypted(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, n := range []int{0, 1, 64 << 10, 64<<10 + 1, 300_000} {
		b := content(n)
		o := put(t, s, 7, b)
		got, err := read(s, o)
		if err != nil || !bytes.Equal(got, b) || o.Size != int64(n) || o.SHA256 != sha256.Sum256(b) {
			t.Errorf("%d bytes: got %d, size %d, %v", n, len(got), o.Size, err)
		}
		sealed, err := os.ReadFile(filepath.Join(s.shelf.(folder).dir, o.key()))
		if err != nil || sha256.Sum256(sealed) != o.SealedSHA256 || int64(len(sealed)) != o.SealedSize {
			t.Errorf("%d bytes: the digest of the file as it lies there is wrong: %v", n, err)
		}
	}
	r, err := s.Open(context.Background(), put(t, s, 7, content(70_000)))
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(io.NewSectionReader(r, 0, r.Size), content(70_000)); err != nil {
		t.Error(err)
	}
	_ = r.Close()
	nothingReadable(t, s)
}

func nothingReadable(t *testing.T, s *Store) {
	t.Helper()
	err := filepath.WalkDir(s.shelf.(folder).dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(marker[:8])) {
			t.Errorf("%s holds readable text", path)
		}
		if filepath.Base(filepath.Dir(path)) == spoolName {
			t.Errorf("%s was left behind", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Proves T-38: a file that was swapped with another one, cut anywhere, whose
// chunks were reordered or a bit turned, of another government, or under another
// master key, does not open or does not read; never does it read as something
// else.
func TestStore_FindsWhatWasChanged(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	plain := content(200_000)
	at := func(o Object) string { return filepath.Join(s.shelf.(folder).dir, o.key()) }
	other := put(t, s, 7, content(200_000))
	const chunk = 64<<10 + 16
	for name, spoil := range map[string]func(b []byte) []byte{
		"swapped":        func([]byte) []byte { b, _ := os.ReadFile(at(other)); return b },
		"cut by a byte":  func(b []byte) []byte { return b[:len(b)-1] },
		"cut by a chunk": func(b []byte) []byte { return b[:len(b)-chunk] },
		"cut at a chunk": func(b []byte) []byte { return b[:len(b)-(len(plain)%(64<<10)+16)] },
		"emptied":        func([]byte) []byte { return nil },
		"longer":         func(b []byte) []byte { return append(b, 0) },
		"first bit":      func(b []byte) []byte { b[0] ^= 1; return b },
		"a bit inside":   func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"last bit":       func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"reordered": func(b []byte) []byte {
			head := len(b) - 3*chunk - (len(plain) - 3*64<<10 + 16)
			first := bytes.Clone(b[head : head+chunk])
			copy(b[head:], b[head+chunk:head+2*chunk])
			copy(b[head+chunk:], first)
			return b
		},
	} {
		o := put(t, s, 7, plain)
		b, err := os.ReadFile(at(o))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(o), spoil(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := read(s, o); err == nil || (len(got) > 0 && !bytes.HasPrefix(plain, got)) {
			t.Errorf("%s: read %d bytes, %v", name, len(got), err)
		}
	}
	o := put(t, s, 7, plain)
	moved := o
	moved.Tenant = 8
	if err := os.MkdirAll(filepath.Dir(at(moved)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(at(o), at(moved)); err != nil {
		t.Fatal(err)
	}
	if _, err := read(s, moved); !errors.Is(err, ErrChanged) {
		t.Errorf("of another government: %v", err)
	}
	s.master, _ = seal.FromText(seal.Generate())
	if _, err := read(s, o); !errors.Is(err, ErrChanged) {
		t.Errorf("under another master key: %v", err)
	}
}

// Proves that an upload that breaks off leaves nothing and tells its own error.
func TestStore_BrokenSourceLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	broken := errors.New("the line is dead")
	r := io.MultiReader(io.LimitReader(rand.Reader, 100_000), iotest.ErrReader(broken))
	if _, err := s.Put(context.Background(), 7, r); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	files := 0
	_ = filepath.WalkDir(s.shelf.(folder).dir, func(_ string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			files++
		}
		return err
	})
	if files > 0 {
		t.Errorf("%d files left", files)
	}
}

// Proves that addresses of buckets are read and nothing else is taken for one.
func TestParseBucket(t *testing.T) {
	t.Parallel()
	b, err := ParseBucket("s3://netral/prod/files?endpoint=s3.example.go.id&region=jkt", "a", "b")
	if err != nil || b.Name != "netral" || b.Prefix != "prod/files/" || b.Endpoint != "s3.example.go.id" || b.Region != "jkt" || b.Insecure {
		t.Errorf("got %+v, %v", b, err)
	}
	for _, bad := range []string{"", "/var/files", "s3://", "s3://a:b@bucket", "http://bucket", "s3://bucket?x=1"} {
		if _, err := ParseBucket(bad, "", ""); err == nil || strings.Contains(err.Error(), "a:b") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
