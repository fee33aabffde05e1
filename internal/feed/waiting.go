package feed

import (
	"context"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
)

// waiting are the readers that asked to be held until there is more. They hold
// no connection to the database: one statement a second asks for all of them.
type waiting struct {
	mu     sync.Mutex
	by     map[id.ID]map[*waiter]bool
	closed chan struct{}
	once   sync.Once
}

type waiter struct {
	after int64
	more  chan struct{}
}

// perRecipient bounds the readers of one feed that are held at a time; the next
// ones are answered at once.
const perRecipient = 50

func newWaiting() *waiting {
	return &waiting{by: map[id.ID]map[*waiter]bool{}, closed: make(chan struct{})}
}

// wait returns when the feed goes beyond a number, or after d, or when the
// program stops.
func (w *waiting) wait(ctx context.Context, recipient id.ID, after int64, d time.Duration) {
	me := &waiter{after: after, more: make(chan struct{})}
	w.mu.Lock()
	if len(w.by[recipient]) >= perRecipient {
		w.mu.Unlock()
		return
	}
	if w.by[recipient] == nil {
		w.by[recipient] = map[*waiter]bool{}
	}
	w.by[recipient][me] = true
	w.mu.Unlock()
	defer w.forget(recipient, me)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-me.more:
	case <-t.C:
	case <-ctx.Done():
	case <-w.closed:
	}
}

func (w *waiting) forget(recipient id.ID, me *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by[recipient], me)
	if len(w.by[recipient]) == 0 {
		delete(w.by, recipient)
	}
}

func (w *waiting) recipients() []id.ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]id.ID, 0, len(w.by))
	for r := range w.by {
		out = append(out, r)
	}
	return out
}

// wake lets go of the readers whose feed has gone on.
func (w *waiting) wake(heads map[id.ID]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for r, last := range heads {
		for one := range w.by[r] {
			if last > one.after {
				close(one.more)
				delete(w.by[r], one)
			}
		}
	}
}

// close lets go of everybody, for good.
func (w *waiting) close() { w.once.Do(func() { close(w.closed) }) }

// Watch lets go of held readers whose feed has gone on, whichever replica fed
// it.
func (s *Service) Watch(ctx context.Context) (bool, error) {
	who := s.waiting.recipients()
	if len(who) == 0 {
		return false, nil
	}
	err := s.db.Read(authz.With(ctx, authz.ForSystem(authz.Platform)), func(tx *db.Tx) error {
		last, err := heads(tx, who)
		if err == nil {
			s.waiting.wake(last)
		}
		return err
	})
	return false, err
}

// LetGo answers everybody who is held: the program stops.
func (s *Service) LetGo() { s.waiting.close() }
