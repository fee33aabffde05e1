// Package pgembed runs PostgreSQL as a part of the program: the same engine in
// development, tests and small production, without anything to set up. It uses
// the programs installed on the machine, a
// data folder of its own, a private socket and no TCP port.
//
// As root, which PostgreSQL refuses to run as, the server runs as the user
// postgres or nobody. It stops with the program: cleanly when asked, and by
// the parent-death signal when the program is killed.
package pgembed

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
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
	// Log receives the server's own messages (never statements or values:
	// T-43) and what is said about installing.
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
	return fmt.Sprintf("the data folder %s is in use by process %d; stop it, or start with another --data", e.Dir, e.PID)
}

// Server is a running PostgreSQL.
type Server struct {
	conn connection
	lock *os.File
	proc *process
}

// connection is what connection.json keeps for commands that attach.
type connection struct {
	Socket    string            `json:"socket"`
	Passwords map[string]string `json:"passwords"`
}

// The roles: the superuser sets up, the owner migrates, the program itself
// owns nothing and is bound by row policies, backups read everything.
const (
	super  = "postgres"
	owner  = "netral_owner"
	app    = "netral_app"
	backup = "netral_backup"
	dbName = "netral"
)

// AppURL is the address for the role the program works as.
func (s *Server) AppURL() string { return s.conn.url(app, dbName) }

// OwnerURL is the address for the role that migrates.
func (s *Server) OwnerURL() string { return s.conn.url(owner, dbName) }

// BackupURL is the address for the role that reads everything.
func (s *Server) BackupURL() string { return s.conn.url(backup, dbName) }

// SuperURL is the superuser's address, for setting up and for test kits.
func (s *Server) SuperURL() string { return s.conn.url(super, "postgres") }

func (c connection) url(role, name string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, c.Passwords[role]), Path: "/" + name,
		RawQuery: url.Values{"host": {c.Socket}}.Encode()}
	return u.String()
}

// Start runs the server of c.Dir, making it on first use. The caller stops it.
func Start(ctx context.Context, c Config) (*Server, error) {
	bin, err := Find(ctx, c.Log)
	if err != nil {
		return nil, err
	}
	who, err := runAs()
	if err != nil {
		return nil, err
	}
	if err := who.makeDir(c.Dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := takeLock(c.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{lock: lock}
	if err := s.start(ctx, c, bin, who); err != nil {
		_ = s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, c Config, bin string, who account) (err error) {
	if s.conn, err = readOrMakeConnection(c.Dir); err != nil {
		return err
	}
	data := filepath.Join(c.Dir, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		if err := initdb(ctx, c, bin, who, s.conn.Passwords[super]); err != nil {
			return err
		}
	}
	if err := waitForOrphan(ctx, data); err != nil {
		return err
	}
	if err := who.makeDir(s.conn.Socket); err != nil {
		return err
	}
	if err := s.launchUntilReady(ctx, c, bin, who, data); err != nil {
		return err
	}
	return s.setUp(ctx)
}

// launchUntilReady tries again for some seconds: after kill -9 of the server its
// children still hold the shared memory for a moment.
func (s *Server) launchUntilReady(ctx context.Context, c Config, bin string, who account, data string) (err error) {
	for deadline := time.Now().Add(10 * time.Second); ; {
		cmd := exec.Command(filepath.Join(bin, "postgres"), settings(data, s.conn.Socket, c.Fast)...) //nolint:gosec // a program found in known folders
		if s.proc, err = launch(cmd, who, c.Log); err != nil {
			s.proc = nil
			return fmt.Errorf("start PostgreSQL: %w", err)
		}
		if err = s.waitReady(ctx, data); err == nil || time.Now().After(deadline) || ctx.Err() != nil {
			return err
		}
		select {
		case <-s.proc.done:
			time.Sleep(200 * time.Millisecond)
		default:
			return err // running, but not answering: stop it and say so
		}
	}
}

func settings(data, socket string, fast bool) []string {
	out := []string{"-D", data}
	set := map[string]string{
		"listen_addresses": "", "unix_socket_directories": socket, "unix_socket_permissions": "0700",
		"timezone": "UTC", "log_timezone": "UTC", "max_connections": "120", "shared_buffers": "128MB",
		"cluster_name": "netral", "max_wal_size": "1GB",
		// No statement, parameter or row value in the server's log (T-43).
		"log_error_verbosity": "terse", "log_min_error_statement": "panic", "log_statement": "none",
		"log_min_messages": "fatal", "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0",
	}
	if fast {
		set["fsync"], set["synchronous_commit"], set["full_page_writes"] = "off", "off", "off"
		set["max_connections"] = "400"
	}
	for k, v := range set {
		out = append(out, "-c", k+"="+v)
	}
	return out
}

// initdb makes the cluster in a new folder and renames it, so that a half-made
// one is never taken for whole.
func initdb(ctx context.Context, c Config, bin string, who account, password string) error {
	draft := filepath.Join(c.Dir, "data.new-"+randomHex(4))
	old, _ := filepath.Glob(filepath.Join(c.Dir, "data.new-*"))
	for _, d := range old {
		_ = os.RemoveAll(d)
	}
	pw := filepath.Join(c.Dir, "initdb.password")
	if err := os.WriteFile(pw, []byte(password+"\n"), 0o600); err != nil {
		return err
	}
	defer func() { _ = os.Remove(pw) }()
	if err := who.own(pw); err != nil {
		return err
	}
	args := []string{"-D", draft, "-U", super, "--pwfile", pw, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--lc-messages", "C"}
	if c.Fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), args...) //nolint:gosec // a program found in known folders
	cmd.Dir = c.Dir
	cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	who.apply(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return os.Rename(draft, filepath.Join(c.Dir, "data"))
}

// waitForOrphan waits for a server that outlived its program: after kill -9
// the parent-death signal stops it, which takes a moment.
func waitForOrphan(ctx context.Context, data string) error {
	deadline := time.Now().Add(15 * time.Second)
	for {
		pid := postmasterPID(data)
		if pid == 0 || !alive(pid) {
			return nil
		}
		if time.Now().After(deadline) {
			return &InUseError{Dir: filepath.Dir(data), PID: pid}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// postmasterPID reads the process that postmaster.pid names, 0 for none.
func postmasterPID(data string) int {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// waitReady waits until the server answers; a connection counts only when
// postmaster.pid names our own child.
func (s *Server) waitReady(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		if postmasterPID(data) == s.proc.pid() && ping(ctx, s.SuperURL()) == nil {
			return nil
		}
		select {
		case <-s.proc.done:
			return fmt.Errorf("PostgreSQL stopped at once: %w", s.proc.err)
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not become ready: %w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
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

// setUp makes the database and the roles on first start.
func (s *Server) setUp(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.SuperURL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var has bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", dbName).Scan(&has); err != nil || has {
		return err
	}
	for role, attributes := range map[string]string{owner: "", app: "", backup: "BYPASSRLS"} {
		// The password is our own hex text: nothing to escape.
		q := fmt.Sprintf("DROP ROLE IF EXISTS %[1]s; CREATE ROLE %[1]s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE %[2]s PASSWORD '%[3]s'", role, attributes, s.conn.Passwords[role])
		if _, err := conn.Exec(ctx, q); err != nil {
			return fmt.Errorf("role %s: %w", role, err)
		}
	}
	for _, q := range []string{
		"GRANT pg_read_all_data TO " + backup,
		"CREATE DATABASE " + dbName + " OWNER " + owner, // last: its presence means all is set up
	} {
		if _, err := conn.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Stop stops the server cleanly: connections are cut, everything committed is
// on disk.
func (s *Server) Stop() error {
	var err error
	if s.proc != nil {
		err = s.proc.stop()
	}
	if s.lock != nil {
		_ = s.lock.Close()
	}
	return err
}

// Attach finds the running server of a data folder, for commands beside it.
func Attach(ctx context.Context, dir string) (*Server, error) {
	b, err := os.ReadFile(filepath.Join(dir, "connection.json"))
	if err != nil {
		return nil, fmt.Errorf("no server has run in %s: %w", dir, err)
	}
	s := &Server{}
	if err := json.Unmarshal(b, &s.conn); err != nil {
		return nil, fmt.Errorf("connection.json: %w", err)
	}
	if err := ping(ctx, s.SuperURL()); err != nil {
		return nil, fmt.Errorf("the server of %s is not running: %w", dir, err)
	}
	return s, nil
}

// StartOrAttach attaches to a running server of the same folder or starts one.
// Stop on an attached server leaves it running.
func StartOrAttach(ctx context.Context, c Config) (*Server, error) {
	if s, err := Attach(ctx, c.Dir); err == nil {
		return s, nil
	}
	return Start(ctx, c)
}

func readOrMakeConnection(dir string) (connection, error) {
	path := filepath.Join(dir, "connection.json")
	var c connection
	b, err := os.ReadFile(path)
	if err == nil {
		return c, json.Unmarshal(b, &c)
	}
	c = connection{Socket: socketDir(dir), Passwords: map[string]string{}}
	for _, role := range []string{super, owner, app, backup} {
		c.Passwords[role] = randomHex(24)
	}
	if b, err = json.Marshal(c); err != nil {
		return c, err
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return c, err
	}
	return c, os.Rename(path+".new", path)
}

// socketDir stays below the 100 or so bytes that a socket's path may have.
func socketDir(dir string) string {
	if s := filepath.Join(dir, "run"); len(s) < 80 {
		return s
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), "netral-"+hex.EncodeToString(sum[:6]))
}

func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		b, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
		return nil, &InUseError{Dir: dir, PID: pid}
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, err
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// account is the user the server runs as; zero means the program's own.
type account struct{ cred *syscall.Credential }

// runAs picks the user: our own, or as root one that PostgreSQL accepts.
func runAs() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, err
		}
		return account{cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func (a account) apply(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Credential = a.cred
}

func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Chown(path, int(a.cred.Uid), int(a.cred.Gid))
}

// makeDir makes a private folder of the account.
func (a account) makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return a.own(dir)
}

// DefaultDataDir is where the program keeps its data when nobody says: as root
// /var/lib/netral, since PostgreSQL's user cannot enter root's home, else the
// user's data folder by the XDG rules.
func DefaultDataDir(xdgDataHome, home string) string {
	switch {
	case os.Geteuid() == 0:
		return "/var/lib/netral"
	case xdgDataHome != "":
		return filepath.Join(xdgDataHome, "netral")
	}
	return filepath.Join(home, ".local", "share", "netral")
}
