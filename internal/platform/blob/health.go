package blob

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Probe puts a file as Put does and takes it away again: an error says that
// nothing can be stored now. A store that has no place is fine: it stores nothing.
func (s *Store) Probe(ctx context.Context) error {
	if s.spool == "" {
		return nil
	}
	f, err := os.CreateTemp(s.spool, "probe-*")
	if err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err = f.WriteString("probe"); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	key := "probe/" + filepath.Base(f.Name())
	if err := s.shelf.put(ctx, f.Name(), key); err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	return s.shelf.remove(ctx, key)
}

// Free is how many bytes there are left where files are written first; false
// when the store has no place or it cannot be told.
func (s *Store) Free() (bytes uint64, ok bool) {
	var fs syscall.Statfs_t
	if s.spool == "" || syscall.Statfs(s.spool, &fs) != nil {
		return 0, false
	}
	return fs.Bavail * uint64(fs.Bsize), true
}
