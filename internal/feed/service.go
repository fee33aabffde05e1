package feed

import (
	"context"
	"time"

	"github.com/netral-asn/netral/internal/government"
	"github.com/netral-asn/netral/internal/platform/authz"
	"github.com/netral-asn/netral/internal/platform/db"
	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
	"github.com/netral-asn/netral/internal/platform/job"
	"github.com/netral-asn/netral/internal/platform/seal"
)

// Service numbers notes and answers who reads feeds.
type Service struct {
	db      *db.DB
	cursors cursors
	waiting *waiting
	// fed rings when feeds have grown in this replica.
	fed *job.Bell
}

// NewService joins the service to the database and to the master key; fed is
// rung whenever feeds have grown.
func NewService(d *db.DB, m *seal.Master, fed *job.Bell) *Service {
	return &Service{db: d, cursors: newCursors(m), waiting: newWaiting(), fed: fed}
}

// Asked is what a reader asks for.
type Asked struct {
	// Cursor is where to go on; empty is the start.
	Cursor string
	// Latest begins after everything there is, when there is no cursor.
	Latest bool
	Limit  int
	// Wait is how long to hold an answer that would be empty.
	Wait time.Duration
	// Known are the tags of answers that the reader has.
	Known func(tag string) bool
}

// Answer is a page of changes.
type Answer struct {
	Items []Change
	// Resume is the cursor after this page, whether there is more or not.
	Resume string
	More   bool
	Tag    string
	// Fresh is false when the reader has this answer already.
	Fresh bool
}

// RecipientTx is whose feed the caller reads: that of the body it speaks for,
// else that of its government's own systems.
func RecipientTx(tx *db.Tx) (id.ID, error) {
	if o := tx.Scope().Principal().Organisation; o != id.Nil {
		return o, nil
	}
	tenant, err := tx.Tenant()
	if err != nil {
		return id.Nil, err
	}
	e, err := government.EntryByTenantTx(tx, tenant)
	return e.ID, err
}

// List gives the changes of the caller's feed after a cursor. An empty page is
// held until there is more, when asked for; nothing waits inside a transaction.
func (s *Service) List(ctx context.Context, in Asked) (Answer, error) {
	until := time.Now().Add(in.Wait)
	var after *int64
	for {
		out, r, at, end, err := s.page(ctx, in, after)
		if err != nil {
			return out, err
		}
		left := time.Until(until)
		if len(out.Items) > 0 || left <= 0 || !s.waits(ctx, r, end, left) {
			out.Fresh = in.Known == nil || !in.Known(out.Tag)
			return out, nil
		}
		after = &at
	}
}

// waits holds the reader and reports whether it is worth reading again.
func (s *Service) waits(ctx context.Context, r reader, end int64, d time.Duration) bool {
	select {
	case <-s.waiting.closed:
		return false
	default:
	}
	s.waiting.wait(ctx, r.recipient, end, d)
	return ctx.Err() == nil && s.grown(ctx, r, end)
}

func (s *Service) grown(ctx context.Context, r reader, end int64) bool {
	grown := false
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		last, err := head(tx, r.recipient)
		grown = last > end
		return err
	})
	return err == nil && grown
}

// page reads one page in one moment. after is the place found before, when the
// page is read again. at is the place it starts after and end the one it reaches.
func (s *Service) page(ctx context.Context, in Asked, after *int64) (out Answer, r reader, at, end int64, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if r.recipient, err = RecipientTx(tx); err != nil {
			return err
		}
		r.scope = tx.Scope()
		if end, err = head(tx, r.recipient); err != nil {
			return err
		}
		if at, err = s.start(r, in, after, end); err != nil || at == end {
			return err
		}
		if out.Items, err = list(tx, r.recipient, at, in.Limit+1); err != nil {
			return err
		}
		if len(out.Items) > in.Limit {
			out.Items, out.More = out.Items[:in.Limit], true
			end = out.Items[in.Limit-1].Seq
		}
		return placed(tx, out.Items)
	})
	out.Resume, out.Tag = s.cursors.write(r, end), r.tag(at, end, in.Limit)
	return out, r, at, end, err
}

// start is the place that was asked for. One that lies ahead of the feed is of
// another time: the database was set back to an earlier state.
func (s *Service) start(r reader, in Asked, known *int64, end int64) (int64, error) {
	switch {
	case known != nil:
		return *known, nil
	case in.Cursor == "" && in.Latest:
		return end, nil
	case in.Cursor == "":
		return 0, nil
	}
	at, err := s.cursors.read(r, in.Cursor)
	if err == nil && at > end {
		err = fault.New(fault.Shape, "request.invalid").AtParameter("cursor", "cursor.ahead")
	}
	return at, err
}

// placed fills the identifiers of the governments.
func placed(tx *db.Tx, changes []Change) error {
	known := map[int32]id.ID{}
	for i, c := range changes {
		if _, ok := known[c.Tenant]; !ok {
			e, err := government.EntryByTenantTx(tx, c.Tenant)
			if err != nil {
				return err
			}
			known[c.Tenant] = e.ID
		}
		changes[i].Government = known[c.Tenant]
	}
	return nil
}

// HeadTx is the last number of a feed.
func HeadTx(tx *db.Tx, recipient id.ID) (int64, error) { return head(tx, recipient) }

// AfterTx reads at most n changes of a feed after a number, of the governments
// given.
func AfterTx(tx *db.Tx, recipient id.ID, tenants []int32, after int64, n int) ([]Change, error) {
	if err := tx.Enter(authz.ForSearch(tenants)); err != nil {
		return nil, err
	}
	out, err := list(tx, recipient, after, n)
	if err != nil {
		return nil, err
	}
	return out, placed(tx, out)
}
