package job

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// Proves T-71, T-72: a loop works when it is rung, again while there is more,
// after a failure and after a panic, and ends with its context.
func TestLoop(t *testing.T) {
	t.Parallel()
	bell := NewBell()
	var calls atomic.Int32
	reached := make(chan struct{})
	l := loop{name: "test", every: time.Millisecond, bell: bell, work: func(context.Context) (bool, error) {
		switch calls.Add(1) {
		case 1:
			return true, nil
		case 2:
			panic("on purpose")
		case 3:
			return false, errors.New("on purpose")
		case 4:
			close(reached)
		}
		return false, nil
	}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { l.run(ctx); close(ended) }()
	<-reached
	cancel()
	<-ended

	l.every = time.Hour
	rung := make(chan struct{}, 10)
	l.work = func(context.Context) (bool, error) { rung <- struct{}{}; return false, nil }
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	go l.run(ctx)
	<-rung
	for range 100 { // a ring may come before the loop listens again, never be lost while it works
		bell.Ring()
		select {
		case <-rung:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the bell woke nobody")
}
