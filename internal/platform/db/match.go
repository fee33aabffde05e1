package db

import (
	"context"

	"github.com/netral-asn/netral/internal/platform/fault"
	"github.com/netral-asn/netral/internal/platform/id"
)

// seen is the resource that the caller decides upon and its version as they saw
// it.
type seen struct {
	of      string
	version int32
	matched bool
}

type seenKey struct{}

func seenOf(ctx context.Context) *seen {
	s, _ := ctx.Value(seenKey{}).(*seen)
	return s
}

// WithSeen puts the version of a resource that the caller saw into the context
// (If-Match). A write under it must meet the resource in Match before it is
// committed.
func WithSeen(ctx context.Context, of string, version int32) context.Context {
	return context.WithValue(ctx, seenKey{}, &seen{of: of, version: version})
}

// Match holds the version that the caller saw against the present one of the
// resource: nobody decides upon, or overwrites, what they have not seen (T-26).
// Stores call it for every row they read by its id; all but the one that the
// caller named pass, and so does everything that names none: jobs, commands,
// steps that decide nothing. A row read without its lock may change until the
// write, so it counts for nothing.
func (tx *Tx) Match(of id.ID, version int32, locked bool) error {
	s := seenOf(tx.ctx)
	if s == nil || !locked || s.of != of.String() {
		return nil
	}
	s.matched = true
	if s.version != version {
		return fault.New(fault.Stale, "request.stale")
	}
	return nil
}
