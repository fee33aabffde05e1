package pgembed

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Proves that the server follows the program, not the thread that happened to
// start it: the parent-death signal is sent when a thread ends.
func TestServer_OutlivesTheThreadThatStartedIt(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	started := make(chan *Server)
	thread := make(chan int, 1)
	begun := make(chan struct{})
	var start func()
	start = func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this function
		if syscall.Gettid() == os.Getpid() {
			go start() // not the first thread: that one never ends; it is held until another has begun
			<-begun
			return
		}
		close(begun)
		s, err := Start(context.Background(), Config{Dir: dir, Log: io.Discard, Fast: true})
		if err != nil {
			t.Error(err)
		}
		thread <- syscall.Gettid()
		started <- s
	}
	go start()
	s := <-started
	if s == nil {
		return
	}
	t.Cleanup(func() { _ = s.Stop() })
	task := filepath.Join("/proc/self/task", strconv.Itoa(<-thread))
	for deadline := time.Now().Add(10 * time.Second); exists(task); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the thread does not end: nothing is proved")
		}
	}
	select {
	case <-s.Done():
		t.Fatal("the server ended with a thread")
	case <-time.After(500 * time.Millisecond):
	}
	if err := ping(context.Background(), s.AppURL()); err != nil {
		t.Error(err)
	}
}
