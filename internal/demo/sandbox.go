package demo

import (
	"context"
	"errors"
	"time"

	"github.com/netral-asn/netral/internal/app"
	"github.com/netral-asn/netral/internal/platform/day"
)

var errNotDemo = errors.New("this database does not hold the demo programme; start one with: netral serve --demo (and give the same --data)")

// sandbox is the loader of a database that holds the whole programme; anything
// else is refused, so that no real installation is moved or emptied.
func sandbox(ctx context.Context, a *app.App) (*loader, error) {
	l := &loader{app: a}
	s, err := l.state(ctx)
	if err != nil {
		return nil, err
	}
	if s != complete {
		return nil, errNotDemo
	}
	return l, nil
}

// MoveClock makes the clock of the demo show the morning of a day, as a running
// server sees from its next request on; it goes on from there. So deadlines pass
// while one looks.
func MoveClock(ctx context.Context, a *app.App, to day.Day) (time.Time, error) {
	l, err := sandbox(ctx, a)
	if err != nil {
		return time.Time{}, err
	}
	if err := l.at(ctx, to, 9); err != nil {
		return time.Time{}, err
	}
	return l.now(ctx)
}

// Now is what the clock of the demo shows.
func Now(ctx context.Context, a *app.App) (time.Time, error) {
	l, err := sandbox(ctx, a)
	if err != nil {
		return time.Time{}, err
	}
	return l.now(ctx)
}

// Discard has the data thrown away and loaded anew at the next start.
func Discard(ctx context.Context, a *app.App) error {
	l, err := sandbox(ctx, a)
	if err != nil {
		return err
	}
	return l.mark(ctx, discarded)
}
