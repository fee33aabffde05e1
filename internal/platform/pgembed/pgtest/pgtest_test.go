package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/netral-asn/netral/internal/platform/pgembed"
)

// userEnv makes the test program one of many that join a folder, and
// idleEnv a supervisor that is less patient than the real one.
const (
	userEnv = "PGTEST_TEST_USER"
	idleEnv = "PGTEST_TEST_SUPERVISOR"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(userEnv); dir != "" {
		url, _, err := join(dir)
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(url)
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the test lets go
		os.Exit(0)
	}
	if dir := os.Getenv(idleEnv); dir != "" {
		if err := supervise(dir, time.Second); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func folder(t *testing.T) string {
	t.Helper()
	if _, err := pgembed.Programs(context.Background()); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	parent, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(parent) })
	if err := os.Chmod(parent, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, "shared")
}

// startedAt tells a server from one started later.
func startedAt(t *testing.T, url string) string {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var at string
	if err := conn.QueryRow(context.Background(), "SELECT pg_postmaster_start_time()::text").Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}

// Proves U2: test programs that start at once share one server, also after some
// of them were killed; when the last has gone it ends and leaves no data.
func TestJoin_ManyProgramsShareOneServerThatEndsAfterThem(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := makeOwnDir(dir); err != nil {
		t.Fatal(err)
	}
	supervisor := exec.Command(os.Args[0])
	supervisor.Env = append(os.Environ(), idleEnv+"="+dir)
	users, err := lock(dir, "users", 1) // LOCK_SH: the server stays while the programs come
	if err != nil {
		t.Fatal(err)
	}
	if err := supervisor.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(startTime); ; time.Sleep(20 * time.Millisecond) {
		if _, err := pgembed.Attach(context.Background(), serverDir(dir)); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	programs := startUsers(t, dir, 4)
	_ = users.Close()
	first := startedAt(t, programs[0].url)
	for _, p := range programs[1:] {
		if at := startedAt(t, p.url); at != first {
			t.Errorf("two servers, of %s and %s", first, at)
		}
	}
	for _, p := range programs[:3] {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	time.Sleep(2 * time.Second) // longer than the supervisor waits
	if at := startedAt(t, programs[3].url); at != first {
		t.Error("the server was given up while a program used it")
	}
	_ = programs[3].in.Close()
	_ = programs[3].cmd.Wait()
	if err := supervisor.Wait(); err != nil {
		t.Errorf("the supervisor ended with %v", err)
	}
	if _, err := os.Stat(serverDir(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the server's data is still there")
	}
}

// Proves U2: programs that find no server start exactly one between them.
func TestJoin_StartsOneServerForAllWhoComeAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	programs := startUsers(t, dir, 4)
	for _, p := range programs {
		if p.url != programs[0].url || startedAt(t, p.url) != startedAt(t, programs[0].url) {
			t.Error("the programs have different servers")
		}
		_ = p.in.Close()
		_ = p.cmd.Wait()
	}
	// The supervisor is a real one: it may take its idle time, and some more.
	for deadline := time.Now().Add(2*idleTime + 10*time.Second); ; time.Sleep(100 * time.Millisecond) {
		if _, err := os.Stat(serverDir(dir)); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the server outlived its programs")
		}
	}
}

type program struct {
	cmd *exec.Cmd
	in  interface{ Close() error }
	url string
}

func startUsers(t *testing.T, dir string, n int) []program {
	t.Helper()
	out := make([]program, n)
	var all sync.WaitGroup
	for i := range out {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), userEnv+"="+dir)
		in, err1 := cmd.StdinPipe()
		said, err2 := cmd.StdoutPipe()
		if err := errors.Join(err1, err2, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		all.Go(func() {
			line, _ := bufio.NewReader(said).ReadString('\n')
			out[i] = program{cmd, in, strings.TrimSpace(line)}
		})
	}
	all.Wait()
	for _, p := range out {
		if !strings.HasPrefix(p.url, "postgres://") {
			t.Fatalf("a program said %q", p.url)
		}
	}
	return out
}

// Proves U2: somebody else's folder in /tmp is not taken for ours.
func TestJoin_RefusesAFolderOthersMayWrite(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := join(dir); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("joined, %v", err)
	}
}
