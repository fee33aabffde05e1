// Package pgembed runs PostgreSQL as a part of the program: the same engine in
// development, tests and small production, without anything to set up. It uses
// the programs installed on the machine, a data folder of its own, a private
// socket and no TCP port.
//
// As root, which PostgreSQL refuses to run as, the server runs as the user
// postgres or nobody. It stops with the program: cleanly when asked, and by
// the parent-death signal when the program is killed.
//
// A folder holds:
//
//	lock             held by the program that runs the server
//	connection.json  socket and passwords of the roles, for its owner alone
//	data/            what initdb made
//	run/             the socket (elsewhere when this path would be too long)
package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Config says where and how the server runs.
type Config struct {
	// Dir holds everything of the server; made when missing.
	Dir string
	// Log receives the server's own messages, never statements or values (T-43).
	Log io.Writer
	// Fast gives up durability for speed: for tests alone.
	Fast bool
}

// InUseError says that another process runs the server of the same folder.
type InUseError struct {
	Dir string
	PID int
}

func (e *InUseError) Error() string {
	by := "another process"
	if e.PID != 0 {
		by = "process " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("the data folder %s is in use by %s; stop it, or start with another --data", e.Dir, by)
}

// NotRunningError says that no server of the folder can be attached to.
type NotRunningError struct {
	Dir   string
	cause error
}

func (e *NotRunningError) Error() string {
	return fmt.Sprintf("no PostgreSQL server of the data folder %s is running: %v", e.Dir, e.cause)
}

func (e *NotRunningError) Unwrap() error { return e.cause }

// Server is a running PostgreSQL.
type Server struct {
	conn connection
	// dir, lock and proc belong to a server started here; an attached one has
	// none of them.
	dir  string
	lock *os.File
	proc *process
}

// AppURL is the address for the role the program works as.
func (s *Server) AppURL() string { return s.conn.url(app, dbName) }

// OwnerURL is the address for the role that migrates.
func (s *Server) OwnerURL() string { return s.conn.url(owner, dbName) }

// BackupURL is the address for the role that reads everything.
func (s *Server) BackupURL() string { return s.conn.url(backup, dbName) }

// SuperURL is the superuser's address, for setting up and for test kits.
func (s *Server) SuperURL() string { return s.conn.url(super, "postgres") }

// Done is closed when a server started here has ended, by Stop or by itself.
// It never closes for an attached server.
func (s *Server) Done() <-chan struct{} {
	if s.proc == nil {
		return nil
	}
	return s.proc.done
}

// Start runs the server of c.Dir, making it on first use. The caller stops it.
// ctx bounds the start alone.
func Start(ctx context.Context, c Config) (*Server, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	c.Dir = dir
	bin, err := programsFor(ctx, filepath.Join(c.Dir, "data"))
	if err != nil {
		return nil, err
	}
	if err := MakeDataDir(c.Dir); err != nil {
		return nil, err
	}
	lock, err := takeLock(c.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: c.Dir, lock: lock}
	if err := s.start(ctx, c, bin); err != nil {
		_ = s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, c Config, bin string) error {
	data := filepath.Join(c.Dir, "data")
	who, err := runAs(data)
	if err != nil {
		return err
	}
	made := exists(filepath.Join(data, "PG_VERSION"))
	if s.conn, err = readOrMakeConnection(c.Dir, made); err != nil {
		return err
	}
	if !made {
		if err := initdb(ctx, c, bin, who, s.conn.Passwords[super]); err != nil {
			return err
		}
	}
	if err := waitForOrphan(ctx, data); err != nil {
		return err
	}
	if err := who.makePrivateDir(s.conn.Socket); err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	if err := s.launchUntilReady(ctx, c, bin, who, data); err != nil {
		return err
	}
	return s.setUp(ctx)
}

// launchUntilReady tries again for some seconds when the server finds its lock
// file or shared memory still held: after kill -9 the last of its processes
// need a moment to end.
func (s *Server) launchUntilReady(ctx context.Context, c Config, bin string, who account, data string) error {
	for deadline := time.Now().Add(10 * time.Second); ; {
		said := &startLog{to: c.Log}
		proc, err := launch(filepath.Join(bin, "postgres"), settings(data, s.conn.Socket, c.Fast), data, who, said)
		if err != nil {
			return err
		}
		s.proc = proc
		err = s.waitReady(ctx, data)
		if err == nil {
			said.pass()
			return nil
		}
		err = fmt.Errorf("%w: %s", err, said.text())
		if !proc.ended() || !said.stillHeld() || time.Now().After(deadline) {
			return err // Start stops what is left
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// readyWithin is generous: after a crash the server replays its log first.
const readyWithin = 5 * time.Minute

// waitReady waits until the server answers. A connection counts only when
// postmaster.pid names our own child: the socket could be another server's.
func (s *Server) waitReady(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		if pid, ready := postmaster(data); ready && pid == s.proc.pid() {
			return ping(ctx, s.SuperURL())
		}
		select {
		case <-s.proc.done:
			return fmt.Errorf("PostgreSQL stopped at once: %w", s.proc.err)
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not become ready: %w", ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func ping(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// Stop stops the server cleanly: connections are cut, everything committed is
// on disk. On an attached server it does nothing.
func (s *Server) Stop() error {
	var err error
	if s.proc != nil {
		err = s.proc.stop()
	}
	if s.lock == nil {
		return err
	}
	if s.conn.Socket != "" && !strings.HasPrefix(s.conn.Socket, s.dir) {
		_ = os.Remove(s.conn.Socket)
	}
	_ = s.lock.Close()
	return err
}

// Attach finds the running server of a data folder, for commands beside it.
func Attach(ctx context.Context, dir string) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{}
	if s.conn, err = readConnection(dir); errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("attach: %w; run this as the user who runs the server", err)
	} else if err != nil {
		return nil, &NotRunningError{Dir: dir, cause: err}
	}
	if !locked(dir) {
		return nil, &NotRunningError{Dir: dir, cause: errors.New("no program holds its lock")}
	}
	// Not the superuser's own database: ours comes last when a server is made.
	if err := ping(ctx, s.conn.url(super, dbName)); err != nil {
		return nil, &NotRunningError{Dir: dir, cause: err}
	}
	return s, nil
}

// StartOrAttach attaches to a running server of the same folder or starts one.
// A server that is just being started is waited for. Stop on an attached server
// leaves it running.
func StartOrAttach(ctx context.Context, c Config) (*Server, error) {
	for deadline := time.Now().Add(15 * time.Second); ; {
		s, err := Attach(ctx, c.Dir)
		var not *NotRunningError
		if err == nil || !errors.As(err, &not) {
			return s, err
		}
		s, err = Start(ctx, c)
		var inUse *InUseError
		if !errors.As(err, &inUse) || time.Now().After(deadline) {
			return s, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Remove deletes a server's folder with all its data. A running one is refused.
func Remove(ctx context.Context, dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil || !exists(dir) {
		return err
	}
	lock, err := takeLock(dir)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	if err := waitForOrphan(ctx, filepath.Join(dir, "data")); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// waitForOrphan waits for a server that outlived its program: after kill -9
// the parent-death signal stops it, which takes a moment. The caller holds the
// lock. A pid file that names a stranger, as after a restart of the machine
// with the number given anew, is removed: PostgreSQL would refuse to start.
func waitForOrphan(ctx context.Context, data string) error {
	deadline := time.Now().Add(15 * time.Second)
	for {
		pids := serversOf(data)
		if len(pids) == 0 {
			break
		}
		if time.Now().After(deadline) {
			return &InUseError{Dir: filepath.Dir(data), PID: pids[0]}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	if pid, _ := postmaster(data); pid == 0 || !alive(pid) {
		return nil
	}
	return os.Remove(filepath.Join(data, "postmaster.pid"))
}

// postmaster reads postmaster.pid: the process it names, 0 for none, and
// whether that calls itself ready (the file's eighth line).
func postmaster(data string) (pid int, ready bool) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, false
	}
	lines := strings.Split(string(b), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	return pid, len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
}

// alive tells whether a process exists, ours or another user's.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// takeLock keeps a second program out of the folder; the kernel frees the lock
// however its holder ends.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		b, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
		return nil, &InUseError{Dir: dir, PID: pid}
	}
	if !stillAt(f) { // Remove was quicker
		_ = f.Close()
		return nil, &InUseError{Dir: dir}
	}
	if err := errors.Join(f.Truncate(0), writeAtStart(f, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return f, nil
}

// stillAt tells whether the file is still the one at its path.
func stillAt(f *os.File) bool {
	opened, err1 := f.Stat()
	there, err2 := os.Stat(f.Name())
	return err1 == nil && err2 == nil && os.SameFile(opened, there)
}

func writeAtStart(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

// locked tells whether a program holds the folder. It asks for a shared lock,
// so two commands that ask at once do not see each other.
func locked(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
