// Package pgtest gives test programs one PostgreSQL server to share. `go test
// ./...` runs many of them at once and one after the other; starting a server
// for each would cost more than most of their tests.
//
// The first test program starts a supervisor, a copy of itself that runs the
// server and outlives it. Every test program holds a shared lock on one file
// for as long as it lives; the supervisor, finding nobody there for a while,
// takes that lock alone, stops the server, deletes it and ends. The kernel
// frees locks however a process ends, so nothing is left behind. Without
// durability: for tests alone.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/netral-asn/netral/internal/platform/pgembed"
)

const (
	// urlEnv names a server that is there already, by its superuser's address.
	urlEnv = "NETRAL_TEST_DATABASE_URL"
	// supervisorEnv turns a test program into the supervisor of a folder.
	supervisorEnv = "NETRAL_PGTEST_SUPERVISOR"
	// idleTime lets go test build the next package before the server ends.
	idleTime = 15 * time.Second
	// startTime is how long the server may take to be made.
	startTime = 90 * time.Second
)

// init becomes the supervisor before any test runs.
func init() {
	dir := os.Getenv(supervisorEnv)
	if dir == "" {
		return
	}
	if err := supervise(dir, idleTime); err != nil {
		_ = os.WriteFile(filepath.Join(dir, "failed"), []byte(err.Error()), 0o600)
		os.Exit(1)
	}
	os.Exit(0)
}

// Shared tells the superuser's address of the shared server, which stays up at
// least until this program ends. NETRAL_TEST_DATABASE_URL names another one.
func Shared() (superURL string, err error) {
	if s := os.Getenv(urlEnv); s != "" {
		return s, nil
	}
	m := shared()
	return m.superURL, m.err
}

// membership is this program's share of the server. It keeps the file whose
// lock says so: were it collected as garbage, the lock would go.
type membership struct {
	superURL string
	users    *os.File
	err      error
}

var shared = sync.OnceValue(func() (m membership) {
	// Asked first, so that a machine without PostgreSQL gets the plain answer.
	if _, m.err = pgembed.Programs(context.Background()); m.err != nil {
		return m
	}
	dir := filepath.Join(os.TempDir(), "netral-test-"+strconv.Itoa(os.Geteuid()))
	m.superURL, m.users, m.err = join(dir)
	return m
})

// join registers as a user of the server in dir and starts it when it is not
// there.
func join(dir string) (superURL string, users *os.File, err error) {
	if err := makeOwnDir(dir); err != nil {
		return "", nil, err
	}
	// Waits while a supervisor is stopping.
	if users, err = lock(dir, "users", syscall.LOCK_SH); err != nil {
		return "", nil, err
	}
	starting, err := lock(dir, "starting", syscall.LOCK_EX)
	if err != nil {
		_ = users.Close()
		return "", nil, err
	}
	defer func() { _ = starting.Close() }()
	s, err := pgembed.Attach(context.Background(), serverDir(dir))
	if err != nil {
		s, err = startSupervisor(dir)
	}
	if err != nil {
		_ = users.Close()
		return "", nil, fmt.Errorf("shared PostgreSQL for tests in %s: %w", dir, err)
	}
	return s.SuperURL(), users, nil
}

func serverDir(dir string) string { return filepath.Join(dir, "server") }

// makeOwnDir makes the folder. One that is there must be ours: everybody may
// write to the folder for temporary files.
func makeOwnDir(dir string) error {
	if err := pgembed.MakeDataDir(dir); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s is not a folder of our own; remove it", dir)
	}
	return nil
}

func lock(dir, name string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, err
		}
	}
}

// startSupervisor runs this program once more, in a session of its own and
// without our output, on whose end go test would wait.
func startSupervisor(dir string) (*pgembed.Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	failed := filepath.Join(dir, "failed")
	_ = os.Remove(failed)
	cmd := exec.Command(self) //nolint:gosec // this program itself
	cmd.Env = append(os.Environ(), supervisorEnv+"="+dir)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = cmd.Process.Release() }()
	for deadline := time.Now().Add(startTime); ; time.Sleep(10 * time.Millisecond) {
		s, err := pgembed.Attach(context.Background(), serverDir(dir))
		if err == nil {
			return s, nil
		}
		if ended, _ := syscall.Wait4(cmd.Process.Pid, nil, syscall.WNOHANG, nil); ended == cmd.Process.Pid {
			why, _ := os.ReadFile(failed)
			return nil, fmt.Errorf("its supervisor ended: %s", strings.TrimSpace(string(why)))
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			return nil, err
		}
	}
}

// supervise runs the server until nobody has used it for the idle time. It is
// made anew each time, so that nothing of a killed run stays.
func supervise(dir string, idle time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	if err := pgembed.Remove(ctx, serverDir(dir)); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		return err
	}
	s, err := pgembed.Start(ctx, pgembed.Config{Dir: serverDir(dir), Log: log, Fast: true})
	if err != nil {
		return err
	}
	users, err := waitUntilUnused(s, dir, idle)
	if err != nil {
		return errors.Join(err, s.Stop()) // the next supervisor removes the data
	}
	// The lock is held to the end: a test program that comes now waits and then
	// starts anew.
	defer func() { _ = users.Close() }()
	return errors.Join(s.Stop(), pgembed.Remove(context.Background(), serverDir(dir)))
}

// waitUntilUnused returns with the users' lock held alone.
func waitUntilUnused(s *pgembed.Server, dir string, idle time.Duration) (*os.File, error) {
	unused := time.Duration(0)
	const step = 250 * time.Millisecond
	for {
		select {
		case <-s.Done():
			return nil, errors.New("the server ended by itself")
		case <-time.After(step):
		}
		f, err := lock(dir, "users", syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			unused = 0
		case err != nil:
			return nil, err
		case unused >= idle:
			return f, nil
		default:
			unused += step
			_ = f.Close()
		}
	}
}
