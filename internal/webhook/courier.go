package webhook

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/feed"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

const (
	// read is how many changes an endpoint takes from its feed in one
	// transaction.
	read = 500
	// atOnce is how many messages are under way to one endpoint, and couriers
	// how many endpoints are served at a time: a slow one holds up nobody else.
	atOnce      = 16
	mostCourier = 64
	// keptFor is how long the log of deliveries is kept.
	keptFor = 30 * 24 * time.Hour
)

// couriers are the endpoints that this replica is serving.
type couriers struct {
	mu   sync.Mutex
	busy map[id.ID]bool
}

func newCouriers() couriers { return couriers{busy: map[id.ID]bool{}} }

func (c *couriers) start(e id.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy[e] || len(c.busy) >= mostCourier {
		return false
	}
	c.busy[e] = true
	return true
}

func (c *couriers) done(e id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.busy, e)
}

func system(ctx context.Context) context.Context {
	return authz.With(ctx, authz.ForSystem(authz.Platform))
}

// Deliver takes what is new in the feeds and starts couriers for what is due. It
// returns at once; couriers end with ctx.
func (s *Service) Deliver(ctx context.Context) (more bool, err error) {
	more, err = s.collect(ctx)
	if err != nil {
		return false, err
	}
	var waiting []id.ID
	if err := s.db.Read(system(ctx), func(tx *db.Tx) (err error) { waiting, err = due(tx); return }); err != nil {
		return false, err
	}
	for _, e := range waiting {
		if !s.couriers.start(e) {
			continue
		}
		go func() {
			defer s.couriers.done(e)
			if err := s.serve(ctx, e); err != nil && ctx.Err() == nil {
				slog.Error("webhook endpoint not served", "endpoint", e, "error", err)
			}
		}()
	}
	return more, nil
}

// collect makes deliveries of the changes that endpoints have not read yet.
func (s *Service) collect(ctx context.Context) (more bool, err error) {
	var late []id.ID
	if err := s.db.Read(system(ctx), func(tx *db.Tx) (err error) { late, err = behind(tx); return }); err != nil {
		return false, err
	}
	for _, e := range late {
		full, cerr := s.collectFor(ctx, e)
		more, err = more || full, errors.Join(err, cerr)
	}
	return more && err == nil, err
}

func (s *Service) collectFor(ctx context.Context, eid id.ID) (full bool, err error) {
	err = s.db.Write(system(ctx), func(tx *db.Tx) error {
		journal.Routine(tx)
		home := tx.Scope()
		e, reach, ok, err := ready(tx, eid)
		if err != nil || !ok {
			return err
		}
		end, err := feed.HeadTx(tx, e.Recipient)
		if err != nil {
			return err
		}
		changes, err := feed.AfterTx(tx, e.Recipient, reach, e.ReadSeq, read)
		if err != nil {
			return err
		}
		if err := tx.Enter(home); err != nil {
			return err
		}
		if full = len(changes) == read; full { // else whatever lies before the end is not for this endpoint
			end = changes[len(changes)-1].Seq
		}
		place, err := lastPlace(tx, eid)
		if err != nil {
			return err
		}
		now := time.Now().UTC()
		var list []Delivery
		for _, c := range changes {
			if c.Seq <= end && e.wants(c.Type) {
				place++
				list = append(list, toDelivery(tx, e, c, place, now))
			}
		}
		if err := insertDeliveries(tx, list); err != nil {
			return err
		}
		return setRead(tx, eid, end)
	})
	return full, err
}

// ready locks an endpoint that is active and gives the governments it may be
// told of today. One whose client speaks for none any more is disabled, and keeps
// its place: what it did not read waits until it is resumed (T-27, T-35).
func ready(tx *db.Tx, eid id.ID) (e Endpoint, reach []int32, ok bool, err error) {
	if e, ok, err = lockActive(tx, eid); err != nil || !ok {
		return e, nil, false, err
	}
	if e.Tenant != nil {
		return e, []int32{*e.Tenant}, true, nil
	}
	if reach, err = identity.ClientReachTx(tx, *e.Client); err != nil || len(reach) > 0 {
		return e, reach, err == nil, err
	}
	return e, nil, false, disableTx(tx, eid)
}

func disableTx(tx *db.Tx, eid id.ID) error {
	e, ok, err := disable(tx, eid)
	if err != nil || !ok {
		return err
	}
	return note(tx, e, "webhook.disabled")
}

// serve sends what is due to one endpoint until nothing is.
func (s *Service) serve(ctx context.Context, eid id.ID) error {
	for ctx.Err() == nil {
		var keys []Secret
		var url string
		var mine []Delivery
		until := time.Now().UTC().Add(2 * s.attempt).Truncate(time.Microsecond) // whoever claimed them and is not heard of by then was killed
		err := s.db.Write(system(ctx), func(tx *db.Tx) error {
			journal.Routine(tx)
			now := time.Now().UTC()
			e, reach, ok, err := ready(tx, eid)
			if err != nil || !ok {
				return err
			}
			url = e.URL
			if keys, err = secrets(tx, s.master, eid, now); err != nil {
				return err
			}
			if err := withhold(tx, eid, reach, now); err != nil {
				return err
			}
			mine, err = claim(tx, eid, until, atOnce)
			return err
		})
		if err != nil || len(mine) == 0 {
			return err
		}
		if err := s.send(ctx, url, keys, mine, until); err != nil {
			return err
		}
	}
	return nil
}

// send sends deliveries side by side; each object has one among them at most.
func (s *Service) send(ctx context.Context, url string, keys []Secret, mine []Delivery, claimed time.Time) error {
	var wg sync.WaitGroup
	errs := make([]error, len(mine))
	for i, d := range mine {
		wg.Go(func() {
			actx, cancel := context.WithTimeout(ctx, s.attempt)
			defer cancel()
			o := attempt(actx, s.client, url, keys, d, time.Now().UTC())
			if ctx.Err() == nil || o.ok() { // cut off by our own stop: it is tried again when the claim is over
				errs[i] = s.keep(context.WithoutCancel(ctx), d.after(o, time.Now().UTC(), rand.Float64(), s.pauses), o, claimed) //nolint:gosec // spreads waits, guards nothing
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// keep writes down what came of an attempt, and disables an endpoint that took
// nothing for days or wants nothing any more.
func (s *Service) keep(ctx context.Context, d Delivery, o outcome, claimed time.Time) error {
	return s.db.Write(system(ctx), func(tx *db.Tx) error {
		if err := record(tx, d, claimed); err != nil {
			return err
		}
		journal.Routine(tx)
		since, err := failing(tx, d.Endpoint, o.ok(), *d.Last)
		if err != nil || o.ok() {
			return err
		}
		if !o.gone && d.Last.Sub(since) < disabledAfter {
			return nil
		}
		return disableTx(tx, d.Endpoint)
	})
}

// Sweep drops the log of what has had its time.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Scratch(system(ctx), func(tx *db.Tx) error { return forget(tx, time.Now().UTC().Add(-keptFor)) })
}
