package pgembed

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// childEnv makes the test program a parent of a server that the test kills.
const childEnv = "PGEMBED_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		s, err := Start(context.Background(), Config{Dir: dir, Log: io.Discard})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		conn, err := pgx.Connect(context.Background(), s.OwnerURL())
		if err == nil {
			_, err = conn.Exec(context.Background(), "CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)")
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("pid", s.proc.pid()) // the connection stays open: a client that never leaves
		select {}
	}
	os.Exit(m.Run())
}

// folder is a fresh data folder that PostgreSQL's user can enter: a test's own
// temporary folder is closed to everybody but root.
func folder(t *testing.T) string {
	t.Helper()
	if _, err := Programs(context.Background()); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	parent, err := os.MkdirTemp("", "pgembed")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(parent) })
	if err := os.Chmod(parent, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, "pg")
}

// start runs a server as durable as in production.
func start(t *testing.T, dir string) *Server {
	t.Helper()
	var log bytes.Buffer
	s, err := Start(context.Background(), Config{Dir: dir, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

func run(t *testing.T, address, q string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), q); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

func number(t *testing.T, address, q string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(context.Background(), q).Scan(&n); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return n
}

// Proves U1: the server is made on first use, keeps what was committed over a
// clean stop, a second start on the same folder says who runs it, and a
// command can attach.
func TestStart_MakesKeepsAndIsOne(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	run(t, s.OwnerURL(), "CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)")
	var inUse *InUseError
	if _, err := Start(context.Background(), Config{Dir: dir, Log: io.Discard}); !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Errorf("a second start gives %v", err)
	}
	attached, err := Attach(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, attached.OwnerURL(), "SELECT count(*) FROM kept"); n != 1 {
		t.Error("the attached server is another one")
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(context.Background(), dir); err == nil {
		t.Error("attached to a stopped server")
	}
	again := start(t, dir)
	if n := number(t, again.BackupURL(), "SELECT count(*) FROM kept"); n != 1 {
		t.Error("what was committed is gone")
	}
}

// Proves U1, T-71: after kill -9 of the server the next start recovers.
func TestStart_RecoversFromAKilledServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	run(t, s.OwnerURL(), "CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)")
	if err := syscall.Kill(s.proc.pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.proc.done
	_ = s.Stop()
	if n := number(t, start(t, dir).OwnerURL(), "SELECT count(*) FROM kept"); n != 1 {
		t.Error("what was committed is gone")
	}
}

// Proves U1, T-71: kill -9 of the program stops its server too, and the folder
// can be started again.
func TestStart_DiesWithItsProgram(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "pid ") {
		t.Fatalf("the child said %q, %v", line, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "pid ")))
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	for deadline := time.Now().Add(15 * time.Second); alive(pid); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server outlived its program")
		}
	}
	if n := number(t, start(t, dir).OwnerURL(), "SELECT count(*) FROM kept"); n != 1 {
		t.Error("what was committed is gone")
	}
}

// BenchmarkStart measures cold (with initdb) and warm starts.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		parent, err := os.MkdirTemp("", "pgembed")
		if err != nil {
			b.Fatal(err)
		}
		_ = os.Chmod(parent, 0o711)
		dir := filepath.Join(parent, "pg")
		for _, kind := range []string{"cold", "warm"} {
			began := time.Now()
			s, err := Start(context.Background(), Config{Dir: dir, Log: io.Discard})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(began).Seconds()*1000, kind+"-ms")
			if err := s.Stop(); err != nil {
				b.Fatal(err)
			}
		}
		_ = os.RemoveAll(parent)
	}
}
