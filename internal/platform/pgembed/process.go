package pgembed

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is the server's process. It is started and awaited on one locked
// thread: the parent-death signal follows the thread, not the program.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

func launch(program string, args []string, dir string, who account, log io.Writer) (*process, error) {
	cmd := exec.Command(program, args...)                                       //nolint:gosec // a program found in known folders
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who.cred, Setpgid: true} // Ctrl-C goes to us, and we stop it in order
	dieWithParent(cmd.SysProcAttr)
	cmd.Env = []string{"PATH=" + filepath.Dir(program) + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = 5 * time.Second // a child of a killed server may hold the pipe
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(program), who.whyDenied(dir, err))
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// kill ends the process and its children at once.
func (p *process) kill() {
	_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
	<-p.done
}

// stop asks for a fast shutdown, and for an immediate one when that hangs.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.done:
		return p.err
	case <-time.After(30 * time.Second):
	}
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	<-p.done
	return p.err
}

// startLog keeps what the server says until it is ready, so that a failed start
// can be explained and a repeated one stays silent; then it passes all on.
type startLog struct {
	mu    sync.Mutex
	to    io.Writer
	open  bool
	early bytes.Buffer
}

func (l *startLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.open {
		return l.early.Write(b)
	}
	_, _ = l.to.Write(b) // a log that cannot be written must not stop the server
	return len(b), nil
}

// pass hands on from now; what was said before is of no more use.
func (l *startLog) pass() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = true
	l.early = bytes.Buffer{}
	if l.to == nil {
		l.to = io.Discard
	}
}

func (l *startLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(l.early.String())
}

// stillHeld tells whether the server stopped for remains of its predecessor.
func (l *startLog) stillHeld() bool {
	said := l.text()
	return strings.Contains(said, "lock file") || strings.Contains(said, "shared memory")
}
