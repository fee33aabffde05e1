package pgembed

import (
	"io"
	"os/exec"
	"runtime"
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

func launch(cmd *exec.Cmd, who account, log io.Writer) (*process, error) {
	who.apply(cmd)
	cmd.SysProcAttr.Setpgid = true // Ctrl-C goes to us, and we stop it in order
	dieWithParent(cmd.SysProcAttr)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
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
		return nil, err
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

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
