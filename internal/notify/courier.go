package notify

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/identity"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/carrier"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/journal"
)

// Outside is how people are reached outside the application.
type Outside struct {
	// Identity knows their addresses and what they may see.
	Identity *identity.Service
	// Carriers are the ways there are; none is fine.
	Carriers map[carrier.Channel]carrier.Carrier
	// Link is where a front end shows a notice; {notice} in it stands for the
	// notice's identifier. Empty means that letters carry no link.
	Link string
	// Attempt is how long one message may take at most; zero is 30 seconds.
	Attempt time.Duration
	// Pauses are the waits between attempts; nil is three days of them.
	Pauses []time.Duration
}

func (o Outside) withDefaults() Outside {
	if o.Attempt == 0 {
		o.Attempt = 30 * time.Second
	}
	if o.Pauses == nil {
		o.Pauses = pauses
	}
	return o
}

func (o Outside) channels() []carrier.Channel { return slices.Sorted(maps.Keys(o.Carriers)) }

// link is where a notice is shown.
func (o Outside) link(notice id.ID) string {
	return strings.ReplaceAll(o.Link, "{notice}", notice.String())
}

const (
	// sessions is how many connections a replica has to the other side at most,
	// and atOnce how many deliveries each takes in one claim.
	sessions = 4
	atOnce   = 10
)

// failing keeps since when a channel as a whole takes nothing.
type failing struct {
	mu    sync.Mutex
	since map[carrier.Channel]time.Time
}

func newFailing() failing { return failing{since: map[carrier.Channel]time.Time{}} }

// sendCode makes the delivery of a code that confirms an address.
func (s *Service) sendCode(tx *db.Tx, address id.ID) error {
	if err := tx.Enter(authz.ForSystem(authz.Platform)); err != nil {
		return err
	}
	return insertCode(tx, address)
}

// Deliver sends what is due. Several replicas may do so at the same time: each
// claims what it sends. more says that there may be further ones.
func (s *Service) Deliver(ctx context.Context) (more bool, err error) {
	for _, c := range s.outside.channels() {
		again, cerr := s.deliver(ctx, c)
		more, err = more || again, errors.Join(err, cerr)
	}
	return more && err == nil, err
}

// deliver sends what is due over one channel, by a few sessions side by side.
// Where the other side cannot be reached nothing is claimed, so that no message
// loses an attempt.
func (s *Service) deliver(ctx context.Context, c carrier.Channel) (more bool, err error) {
	tenants, due, err := s.withDue(ctx, c)
	if err != nil || due == 0 {
		return false, err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range min(sessions, (due+atOnce-1)/atOnce) {
		wg.Go(func() {
			n, serr := s.session(ctx, c, tenants)
			mu.Lock()
			defer mu.Unlock()
			more, err = more || n > 0, errors.Join(err, serr)
		})
	}
	wg.Wait()
	return more, err
}

// withDue lists the governments where something is due.
func (s *Service) withDue(ctx context.Context, c carrier.Channel) (tenants []int32, due int, err error) {
	var all []queued
	err = government.Everywhere(ctx, s.db, func(tx *db.Tx) error {
		all, err = withDeliveries(tx, c, s.sendable())
		return err
	})
	for _, q := range all {
		tenants, due = append(tenants, q.Tenant), due+q.Count
	}
	return tenants, due, err
}

// sendable are the kinds that can be sent.
func (s *Service) sendable() []string { return append([]string{codeKind, digestKind}, s.names...) }

// session sends over one connection until nothing is due or the connection is
// gone.
func (s *Service) session(ctx context.Context, c carrier.Channel, tenants []int32) (sent int, err error) {
	conn, err := s.outside.Carriers[c].Open(ctx)
	s.failing.set(c, err != nil)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	for _, t := range tenants {
		tctx := authz.With(ctx, authz.ForSystem(t))
		for ctx.Err() == nil {
			n, broken, err := s.batch(tctx, c, conn)
			sent += n
			if err != nil || broken {
				return sent, err
			}
			if n == 0 {
				break
			}
		}
	}
	return sent, nil
}

func (f *failing) set(c carrier.Channel, fails bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !fails {
		delete(f.since, c)
	} else if _, known := f.since[c]; !known {
		f.since[c] = time.Now()
	}
}

// batch claims some deliveries of a government and sends them. What is claimed
// and not begun in time is given back: another replica may hold it by then.
func (s *Service) batch(ctx context.Context, c carrier.Channel, conn carrier.Session) (n int, broken bool, err error) {
	var mine []Delivery
	var until time.Time
	began := time.Now()
	err = s.db.Scratch(ctx, func(tx *db.Tx) error {
		until = tx.Now().Add(2 * s.outside.Attempt).Truncate(time.Microsecond)
		due, err := claim(tx, c, s.sendable(), until, atOnce)
		if err != nil {
			return err
		}
		n = len(due)
		mine, err = s.timely(tx, due)
		return err
	})
	if err != nil {
		return 0, false, err
	}
	for i, d := range mine {
		if ctx.Err() != nil || broken || time.Since(began) > s.outside.Attempt {
			return i, broken, s.release(context.WithoutCancel(ctx), mine[i:], until)
		}
		if broken, err = s.one(ctx, d, conn, until); err != nil {
			return i, broken, err
		}
	}
	return n, broken, nil
}

func (s *Service) release(ctx context.Context, rest []Delivery, until time.Time) error {
	ids := make([]id.ID, 0, len(rest))
	for _, d := range rest {
		ids = append(ids, d.ID)
	}
	return s.db.Scratch(ctx, func(tx *db.Tx) error { return letGo(tx, ids, until) })
}

// one sends one delivery and writes down what came of it. Between the other
// side's yes and that commit a kill leaves it waiting: the same message, with the
// same Message-ID, is sent again when the claim is over.
func (s *Service) one(ctx context.Context, d Delivery, conn carrier.Session, claimed time.Time) (broken bool, err error) {
	w, err := s.write(ctx, d)
	var o carrier.Outcome
	switch {
	case err != nil: // it must not hold up the others
		slog.Error("a notice could not be written", "delivery", d.ID, "kind", d.Kind, "error", err)
		o = carrier.Outcome{Verdict: carrier.Later, Reason: "internal"}
	case w.withheld == "":
		o = conn.Send(ctx, w.message)
	}
	err = s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		journal.Routine(tx)
		then := d.withheld(w.withheld, tx.Now())
		if w.withheld == "" {
			then = d.after(o, tx.Now(), rand.Float64(), s.outside.Pauses) //nolint:gosec // spreads waits, guards nothing
		}
		mine, err := settle(tx, then, claimed)
		if err != nil || !mine {
			return err
		}
		if err := settleGathered(tx, then, w.members); err != nil || then.State != Refused {
			return err
		}
		if err := tx.Enter(authz.ForSystem(authz.Platform)); err != nil {
			return err
		}
		return s.outside.Identity.AddressRefusedTx(tx, d.Address, o.Reason)
	})
	return o.Reason == carrier.Broken, err
}
