package testkit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/netral-asn/netral/internal/platform/pgembed"
)

var errNoServer = errors.New("no PostgreSQL server for tests")

// server tells the superuser address of the server tests use: the one that
// NETRAL_TEST_DATABASE_URL names, else an embedded one of this test program's
// own, without durability, which dies with the program.
func server() (string, error) {
	if s := os.Getenv("NETRAL_TEST_DATABASE_URL"); s != "" {
		return s, nil
	}
	root := filepath.Join(os.TempDir(), "netral-test-servers")
	if err := os.MkdirAll(root, 0o711); err != nil {
		return "", err
	}
	sweep(root)
	dir, err := os.MkdirTemp(root, "s")
	if err != nil {
		return "", err
	}
	s, err := pgembed.Start(context.Background(), pgembed.Config{Dir: dir, Log: io.Discard, Fast: true})
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNoServer, err)
	}
	return s.SuperURL(), nil
}

// sweep removes folders of test programs that have ended: their lock is free.
func sweep(root string) {
	dirs, _ := filepath.Glob(filepath.Join(root, "s*"))
	for _, d := range dirs {
		f, err := os.OpenFile(filepath.Join(d, "lock"), os.O_RDWR, 0o600)
		if err != nil {
			continue // being made
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(d)
		}
		_ = f.Close()
	}
}
