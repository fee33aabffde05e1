package demo

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/netral-asn/netral/internal/e2e/harness"
	"github.com/netral-asn/netral/internal/platform/day"
)

// Proves U1, O9: the clock of the sandbox moves to a day and goes on from there,
// what is discarded is loaded anew, and both are refused where the data is not
// the demo's.
func TestSandbox_ClockAndReset(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ctx := context.Background()
	to := day.New(2024, time.November, 20)
	if _, err := MoveClock(ctx, s.App, to); !errors.Is(err, errNotDemo) {
		t.Errorf("the clock of another installation was moved: %v", err)
	}
	if moved, err := s.App.DB.ClockMoved(ctx); err != nil || moved {
		t.Errorf("moved: %t, %v", moved, err)
	}
	if err := Discard(ctx, s.App); !errors.Is(err, errNotDemo) {
		t.Errorf("another installation was discarded: %v", err)
	}
	l := &loader{app: s.App, dir: t.TempDir()}
	for _, note := range []string{begun, loaded} {
		if err := l.mark(ctx, note); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := MoveClock(ctx, s.App, to); err != nil || now.Format(time.DateOnly) != to.String() {
		t.Errorf("the clock shows %s (%v)", now, err)
	}
	if now, err := Now(ctx, s.App); err != nil || now.Format(time.DateOnly) != to.String() {
		t.Errorf("told %s (%v)", now, err)
	}
	if err := Discard(ctx, s.App); err != nil {
		t.Fatal(err)
	}
	if _, err := Now(ctx, s.App); !errors.Is(err, errNotDemo) {
		t.Errorf("discarded data is still served by the commands: %v", err)
	}
	if err := clear(ctx, s.Database.SuperURL); err != nil || tables(t, s) != 0 {
		t.Errorf("discarded data is left (%v)", err)
	}
}
