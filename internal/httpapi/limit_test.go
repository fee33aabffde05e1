package httpapi

import (
	"fmt"
	"testing"
	"time"
)

// Proves T-10, T-68: one source runs out and recovers with time, another one is
// not touched, an IPv6 household counts as one, and memory stays bounded.
func TestLimiter(t *testing.T) {
	t.Parallel()
	l := newLimiter("test", Limit{PerSecond: 1, Burst: 3}, DefaultPublic)
	now := time.Now()
	for i := range 3 {
		if w, left := l.take("a", now); w > 0 || left != 2-i {
			t.Fatalf("call %d has to wait %s, %d are left", i, w, left)
		}
	}
	if w, _ := l.take("a", now); w <= 0 || w > time.Second {
		t.Errorf("the fourth call waits %s", w)
	}
	if w, _ := l.take("b", now); w > 0 {
		t.Error("another source was refused")
	}
	if w, _ := l.take("a", now.Add(time.Second)); w > 0 {
		t.Error("a second later it is still refused")
	}
	if network("2001:db8:1:2:3::1") != network("2001:db8:1:2:ffff::9") || network("10.0.0.1") == network("10.0.0.2") {
		t.Error("sources are told apart wrongly")
	}
	for i := range limiterSources + 10 {
		l.take(fmt.Sprint(i), now)
	}
	if len(l.known) > limiterSources {
		t.Errorf("%d sources are kept", len(l.known))
	}
}
