package pgembed

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// safeLog is a log that a test reads while the server writes.
type safeLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func rows(t *testing.T, address, q string) []string {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	r, err := conn.Query(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(r, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func refused(t *testing.T, address, q string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), q); err == nil {
		t.Errorf("%s was not refused", q)
	}
}

// Proves the database roles: each has exactly the attributes promised, the
// program's owns nothing and cannot make tables, the backup's reads past row
// policies and writes nothing.
func TestRoles_HaveExactlyWhatIsPromised(t *testing.T) {
	t.Parallel()
	s := start(t, folder(t))
	got := rows(t, s.SuperURL(), `SELECT concat_ws(' ', rolname, CASE WHEN rolsuper THEN 'super' END, CASE WHEN rolcreatedb THEN 'createdb' END,
		CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolreplication THEN 'replication' END,
		CASE WHEN rolbypassrls THEN 'bypassrls' END, CASE WHEN rolcanlogin THEN 'login' END,
		(SELECT string_agg(roleid::regrole::text, ',') FROM pg_auth_members WHERE member = r.oid))
		FROM pg_roles r WHERE rolname !~ '^pg_' ORDER BY rolname`)
	want := []string{"netral_app login", "netral_backup bypassrls login pg_read_all_data", "netral_owner login",
		"postgres super createdb createrole replication bypassrls login"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("roles are\n%s", strings.Join(got, "\n"))
	}
	owns := rows(t, s.SuperURL(), `SELECT rolname || ' ' || datname FROM pg_database JOIN pg_roles r ON r.oid = datdba
		WHERE NOT rolsuper UNION ALL SELECT DISTINCT rolname || ' shared' FROM pg_shdepend d JOIN pg_roles r ON r.oid = refobjid
		WHERE deptype = 'o' AND rolname <> 'netral_owner'`)
	if !reflect.DeepEqual(owns, []string{"netral_owner netral"}) {
		t.Errorf("owned: %v", owns)
	}
	run(t, s.OwnerURL(), `CREATE TABLE secret (n integer); INSERT INTO secret VALUES (1);
		ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON secret TO netral_app`)
	if n := number(t, s.AppURL(), "SELECT count(*) FROM secret"); n != 0 {
		t.Error("the program's role reads past row policies")
	}
	if n := number(t, s.BackupURL(), "SELECT count(*) FROM secret"); n != 1 {
		t.Error("the backup's role does not read everything")
	}
	run(t, s.AppURL(), "CREATE TEMPORARY TABLE t (n integer)") // imports do
	refused(t, s.AppURL(), "CREATE TABLE own (n integer)")
	refused(t, s.AppURL(), "CREATE SCHEMA own")
	refused(t, s.BackupURL(), "SET default_transaction_read_only = off; INSERT INTO secret VALUES (2)")
	refused(t, s.BackupURL(), "CREATE TABLE own (n integer)")
	elsewhere := s.conn.url(app, "postgres")
	refused(t, elsewhere, "SELECT 1")
}

// Proves that the server is private: no TCP port, a socket and a file of
// passwords for their owner alone, and nobody without a password.
func TestServer_IsPrivate(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	if listening := tcpListeners(t, s.proc.pid()); len(listening) != 0 {
		t.Errorf("the server listens on %v", listening)
	}
	for path, want := range map[string]os.FileMode{"connection.json": 0o600, "run": 0o700, "data": 0o700, "lock": 0o600, "run/.s.PGSQL.5432": 0o700} {
		info, err := os.Lstat(filepath.Join(dir, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	wrong := strings.Replace(s.SuperURL(), s.conn.Passwords[super], "wrong", 1)
	if err := ping(context.Background(), wrong); err == nil {
		t.Error("a wrong password is accepted")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*password*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if !strings.Contains(s.AppURL(), "port=5432") {
		t.Errorf("PGPORT can lead %s elsewhere", s.AppURL())
	}
}

// tcpListeners lists the local addresses of a process's listening TCP sockets.
func tcpListeners(t *testing.T, pid int) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	own := map[string]bool{}
	fds, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/fd/*")
	if err != nil || len(fds) == 0 {
		t.Fatalf("no open files of process %d: %v", pid, err)
	}
	for _, fd := range fds {
		to, _ := os.Readlink(fd)
		own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
	}
	var out []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		b, _ := os.ReadFile(table)
		for _, line := range strings.Split(string(b), "\n") {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" && own[f[9]] {
				out = append(out, f[1])
			}
		}
	}
	return out
}

// Proves the settings that production relies on; a setting of ALTER SYSTEM does
// not weaken them.
func TestServer_HasSafeSettings(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	run(t, s.SuperURL(), "ALTER SYSTEM SET fsync = off")
	run(t, s.SuperURL(), "ALTER SYSTEM SET log_statement = 'all'")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir)
	got := rows(t, s.OwnerURL(), `SELECT name || ' ' || setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes',
		'TimeZone', 'log_error_verbosity', 'log_min_error_statement', 'log_statement', 'password_encryption', 'listen_addresses') ORDER BY name COLLATE "C"`)
	want := []string{"TimeZone UTC", "fsync on", "full_page_writes on", "listen_addresses ", "log_error_verbosity terse",
		"log_min_error_statement panic", "log_statement none", "password_encryption scram-sha-256", "synchronous_commit on"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("settings are %q", got)
	}
	encoding := rows(t, s.OwnerURL(), "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'netral'")
	if !reflect.DeepEqual(encoding, []string{"UTF8"}) {
		t.Errorf("encoding %v", encoding)
	}
}

// Proves T-43: a value that a constraint refuses, a statement that fails and a
// password never reach the server's log.
func TestLog_HoldsNoValues(t *testing.T) {
	t.Parallel()
	log := &safeLog{}
	s, err := Start(context.Background(), Config{Dir: folder(t), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	run(t, s.OwnerURL(), "CREATE TABLE people (nip text PRIMARY KEY); INSERT INTO people VALUES ('198001012005011001')")
	refused(t, s.OwnerURL(), "INSERT INTO people VALUES ('198001012005011001')")
	refused(t, s.OwnerURL(), "SELECT '198001012005011001'::integer")
	refused(t, s.OwnerURL(), "SELECT 198001012005011001 FROM nowhere")
	conn, err := pgx.Connect(context.Background(), s.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	// A backend that is told to end says so in the log: the log does work.
	_, _ = conn.Exec(context.Background(), "SELECT pg_terminate_backend(pg_backend_pid()), '198001012005011001'")
	_ = s.Stop()
	if said := log.String(); !strings.Contains(said, "terminating connection") || strings.Contains(said, "198001012005011001") {
		t.Errorf("the log says\n%s", said)
	}
}

// Proves U1: a pid file left by a power cut whose number now belongs to a
// stranger does not keep the server from starting.
func TestStart_IsNotFooledByAReusedProcessNumber(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	left, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(left), "\n")
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(os.Getpid())+"\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(context.Background(), dir); err == nil {
		t.Error("attached to a stranger")
	}
	began := time.Now()
	start(t, dir)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the start took %v", took)
	}
}

// Proves U1: commands that come while the server is still being made, all at
// once, end up on one server.
func TestStartOrAttach_WaitsForAServerThatIsStarting(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var all sync.WaitGroup
	servers := make([]*Server, 4)
	for i := range servers {
		all.Go(func() {
			var err error
			if servers[i], err = StartOrAttach(context.Background(), Config{Dir: dir, Log: io.Discard, Fast: true}); err != nil {
				t.Error(err)
				return
			}
			if err := ping(context.Background(), servers[i].AppURL()); err != nil { // whole already
				t.Error(err)
			}
		})
	}
	all.Wait()
	started := 0
	for _, s := range servers {
		if s == nil {
			continue
		}
		if s.proc != nil {
			started++
			t.Cleanup(func() { _ = s.Stop() })
		} else if err := s.Stop(); err != nil { // must leave it running
			t.Error(err)
		}
	}
	if started != 1 {
		t.Fatalf("%d servers were started", started)
	}
	for _, s := range servers {
		if err := ping(context.Background(), s.OwnerURL()); err != nil { // the others' Stop changed nothing
			t.Error(err)
		}
	}
}

// Proves U1: a folder whose path is too long for a socket, and one whose place
// has changed, work.
func TestStart_TakesLongAndMovedFolders(t *testing.T) {
	t.Parallel()
	short := folder(t)
	long := filepath.Join(filepath.Dir(short), strings.Repeat("kabupaten-", 12))
	s := start(t, short)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(short, long); err != nil {
		t.Fatal(err)
	}
	s = start(t, long)
	socket := s.conn.Socket
	if len(socket) > maxSocketDir || strings.HasPrefix(socket, long) {
		t.Errorf("the socket is in %s", socket)
	}
	attached, err := Attach(context.Background(), long)
	if err != nil || ping(context.Background(), attached.AppURL()) != nil {
		t.Errorf("cannot attach: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if exists(socket) {
		t.Error("the socket's folder was left behind")
	}
	// Somebody else put a folder where the socket belongs.
	if os.Geteuid() != 0 {
		return
	}
	if err := errors.Join(os.Mkdir(socket, 0o755), os.Chown(socket, 4242, 4242)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Remove(socket) }()
	if _, err := Start(context.Background(), Config{Dir: long, Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("started in a stranger's folder: %v", err)
	}
}

// Proves U1: a relative folder means the one below the working directory. Not
// parallel: there is one working directory.
func TestStart_TakesARelativeFolder(t *testing.T) { //nolint:paralleltest // changes the working directory
	dir := folder(t)
	t.Chdir(filepath.Dir(dir))
	s := start(t, filepath.Base(dir))
	if _, err := Attach(context.Background(), filepath.Base(dir)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "PG_VERSION")); err != nil {
		t.Error(err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// Proves U1: as root with a strict umask PostgreSQL's user can still pass
// through the folders made. Not parallel: the umask is the program's.
func TestStart_HoldsAgainstAStrictUmask(t *testing.T) { //nolint:paralleltest // changes the umask
	dir := filepath.Join(folder(t), "data", "postgres")
	defer syscall.Umask(syscall.Umask(0o077))
	start(t, dir)
}

// Proves U1: what fails is said in words that lead further.
func TestStart_ExplainsWhatFails(t *testing.T) {
	t.Parallel()
	expect := func(t *testing.T, dir, words string) {
		t.Helper()
		s, err := Start(context.Background(), Config{Dir: dir, Log: io.Discard})
		if err == nil {
			_ = s.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want %q", err, words)
		}
	}
	dir := folder(t)
	s := start(t, dir)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "data", "postgresql.conf")
	good, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(conf, "no_such_setting = 1\n")
	expect(t, dir, "postgresql.conf")
	write(conf, string(good))

	versionFile := filepath.Join(dir, "data", "PG_VERSION")
	made, err := os.ReadFile(versionFile)
	if err != nil {
		t.Fatal(err)
	}
	write(versionFile, "9\n")
	var version *VersionError
	if _, err := Start(context.Background(), Config{Dir: dir}); !errors.As(err, &version) || version.Made != 9 {
		t.Errorf("a folder of version 9 gives %v", err)
	}
	write(versionFile, string(made))

	if err := os.Rename(connectionFile(dir), connectionFile(dir)+".away"); err != nil {
		t.Fatal(err)
	}
	expect(t, dir, "connection.json is missing")
	if os.Geteuid() != 0 {
		return
	}
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	expect(t, filepath.Join(closed, "pg"), "cannot enter")
}

// Proves U1: a folder is removed with its data, but never below a server.
func TestRemove_RefusesARunningServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	var inUse *InUseError
	if err := Remove(context.Background(), dir); !errors.As(err, &inUse) {
		t.Errorf("removing gives %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := Remove(context.Background(), dir); err != nil || exists(dir) {
		t.Errorf("still there: %v", err)
	}
}

// Proves U1: a machine without PostgreSQL is told the one command that
// installs it, each system its own.
func TestInstallCommand_IsTheSystemsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos, release, program string
		root                   bool
		want                   string
	}{
		{"linux", "ID=debian", "apt-get", true, "apt-get update && apt-get install -y --no-install-recommends postgresql"},
		{"linux", "ID=ubuntu", "apt-get", false, "sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql"},
		{"linux", "PLATFORM_ID=\"platform:el9\"", "dnf", true, "dnf module install -y postgresql:16/server"},
		{"linux", "ID=fedora", "dnf", false, "sudo dnf install -y postgresql-server"},
		{"linux", "ID=alpine", "apk", true, "apk add postgresql17"},
		{"darwin", "", "brew", false, "brew install postgresql@17"},
		{"linux", "", "", false, "see https://www.postgresql.org/download/"},
	} {
		got := installCommandFor(c.goos, c.release, c.root, func(p string) bool { return p == c.program })
		if got != c.want {
			t.Errorf("%+v gives %q", c, got)
		}
		if err := error(&MissingError{Command: got}); !strings.Contains(err.Error(), got) {
			t.Errorf("the error does not name it: %v", err)
		}
	}
}

// Proves that versions are read from what the programs of Debian, beta
// releases and others print.
func TestMajorVersion_ReadsWhatProgramsPrint(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]int{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n": 15, "postgres (PostgreSQL) 17.2\n": 17,
		"postgres (PostgreSQL) 18beta1\n": 18, "postgres (PostgreSQL) 9.6.24": 9, "": 0, "something else": 0,
	} {
		if got := majorVersion(said); got != want {
			t.Errorf("%q is read as %d", said, got)
		}
	}
}
