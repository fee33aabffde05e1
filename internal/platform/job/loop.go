package job

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Bell wakes loops: whoever rings it wakes everybody who waits. It carries
// nothing and loses nothing, since what there is to do stands in the database.
type Bell struct {
	mu sync.Mutex
	ch chan struct{}
}

// NewBell makes a bell.
func NewBell() *Bell { return &Bell{ch: make(chan struct{})} }

// Ring wakes everybody who waits.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.ch)
	b.ch = make(chan struct{})
}

// Heard is closed at the next ring.
func (b *Bell) Heard() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ch
}

// loop is work done over and over in every replica.
type loop struct {
	name  string
	every time.Duration
	bell  *Bell
	work  func(context.Context) (more bool, err error)
}

// Loop does work over and over in every replica: when the bell rings and at the
// latest after d; at once again while it says that there is more. It is for what
// stands in the database as rows of its own, which need no second row as jobs;
// replicas keep out of each other's way by locks or leases in those rows, so that
// a kill at any point leaves them to the next one. A panic is logged and the loop
// goes on.
func Loop(w *Workers, name string, d time.Duration, b *Bell, work func(context.Context) (more bool, err error)) {
	w.loops = append(w.loops, loop{name: name, every: d, bell: b, work: work})
}

// longestPause bounds the wait after failures.
const longestPause = 30 * time.Second

func (l loop) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		heard := l.bell.Heard() // before the work, so that no ring is missed
		more, err := l.once(ctx)
		pause := l.every
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			slog.Error("loop failed", "loop", l.name, "error", err)
			pause = min(l.every<<min(failures, 10), longestPause)
			failures++
			heard = nil
		case more:
			failures = 0
			continue
		default:
			failures = 0
		}
		wait(ctx, heard, pause)
	}
}

var errPanicked = errors.New("it panicked")

func (l loop) once(ctx context.Context) (more bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			more, err = false, errPanicked // never the value: it may hold persons
		}
	}()
	return l.work(ctx)
}

func wait(ctx context.Context, heard <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-heard:
	case <-t.C:
	}
}
