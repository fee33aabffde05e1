package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// spoolName is the folder of files on their way; no government has its name.
const spoolName = "spool"

// folder is a shelf on a file system, which replicas must share.
type folder struct{ dir string }

// put moves the file into place: what is seen under the key is always whole,
// and survives a power cut from here on (T-38).
func (f folder) put(_ context.Context, path, key string) error {
	to := filepath.Join(f.dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(path, to); err != nil {
		return err
	}
	for dir := filepath.Dir(to); ; dir = filepath.Dir(dir) {
		if err := syncDir(dir); err != nil {
			return err
		}
		if dir == filepath.Clean(f.dir) {
			return nil
		}
	}
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

type diskFile struct {
	*os.File
	bytes int64
}

func (d diskFile) size() int64 { return d.bytes }

func (f folder) open(_ context.Context, key string) (file, error) {
	d, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(key)))
	if err != nil {
		return nil, err
	}
	st, err := d.Stat()
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return diskFile{d, st.Size()}, nil
}

func (f folder) remove(_ context.Context, key string) error {
	err := os.Remove(filepath.Join(f.dir, filepath.FromSlash(key)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f folder) list(ctx context.Context, prefix string, each func(string, time.Time) error) error {
	err := filepath.WalkDir(filepath.Join(f.dir, filepath.FromSlash(prefix)), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil {
			return err
		}
		key, err := filepath.Rel(f.dir, path)
		if err != nil {
			return err
		}
		return each(filepath.ToSlash(key), info.ModTime())
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was put there yet
	}
	return err
}
