package identity

import "time"

// tally counts failed attempts under one key and says how long to wait: more
// each time, never for good.
type tally struct {
	failures  int
	lastAt    time.Time
	waitUntil time.Time
	// trustedUntil is set where a source has signed in to an account: others'
	// failures on that account then do not keep its owner out (T-30).
	trustedUntil time.Time
}

// patience is how many failures are free, how long the first wait is, how long
// it grows at most, and when all is forgotten.
type patience struct {
	free   int
	step   time.Duration
	most   time.Duration
	forget time.Duration
}

// A name from one source is slowed down hard; a name from everywhere, and a
// source on all names (an office behind one address), only to a pace at which
// guessing is hopeless.
var (
	ofPair   = patience{free: 5, step: time.Second, most: 15 * time.Minute, forget: time.Hour}
	ofName   = patience{free: 10, step: time.Second, most: time.Minute, forget: time.Hour}
	ofSource = patience{free: 50, step: time.Second, most: time.Minute, forget: 15 * time.Minute}
)

// trust is how long a source that signed in to an account is known.
const trust = 90 * 24 * time.Hour

// wait tells how long an attempt must still wait.
func (t tally) wait(now time.Time) time.Duration { return max(t.waitUntil.Sub(now), 0) }

func (t tally) trusted(now time.Time) bool { return now.Before(t.trustedUntil) }

// failed counts one more.
func (t tally) failed(p patience, now time.Time) tally {
	if now.Sub(t.lastAt) > p.forget {
		t.failures = 0
	}
	t.failures++
	t.lastAt = now
	if over := t.failures - p.free; over > 0 {
		t.waitUntil = now.Add(min(p.step<<min(over-1, 20), p.most))
	}
	return t
}

// cleared forgets what was counted, after a success.
func (t tally) cleared() tally {
	t.failures, t.waitUntil = 0, time.Time{}
	return t
}
