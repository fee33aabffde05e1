// Package id makes and reads the opaque identifiers of resources. They are
// UUIDv7, so that new rows land next to each other in an index, and UUIDv4 for
// whatever would otherwise tell when a reporter wrote (T-03).
package id

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"github.com/netral-asn/netral/internal/platform/fault"
)

// ID is an opaque identifier.
type ID = uuid.UUID

// Nil is no identifier.
var Nil = uuid.Nil

// namespace is that of names in the demo programme; see Named.
var namespace = uuid.MustParse("98cbdf0f-d4e3-5fe8-aaf5-062ad41b710c")

// Parse reads an identifier from a path or a body. A malformed one cannot name
// anything, so it is the same 404 as an unknown one.
func Parse(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return Nil, fault.Missing()
	}
	return u, nil
}

// ParseAll reads several identifiers.
func ParseAll(in []string) ([]ID, error) {
	out := make([]ID, 0, len(in))
	for _, s := range in {
		v, err := Parse(s)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

type key struct{}

type names struct {
	mu   sync.Mutex
	name string
	n    int
}

// Named makes the identifiers drawn under ctx follow from name instead of from
// time and chance: the first is ForName(name), the next ones count on. The
// demo programme uses it, so that the examples in the contract hold on every
// run.
func Named(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, key{}, &names{name: name})
}

// ForName is the identifier that Named gives first.
func ForName(name string) ID { return uuid.NewSHA1(namespace, []byte(name)) }

func (s *names) next() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	if s.n == 1 {
		return ForName(s.name)
	}
	return ForName(fmt.Sprintf("%s#%d", s.name, s.n))
}

// New draws an ordered identifier (UUIDv7).
func New(ctx context.Context) ID {
	if s, ok := ctx.Value(key{}).(*names); ok {
		return s.next()
	}
	return uuid.Must(uuid.NewV7())
}

// NewUnordered draws an identifier that tells nothing of its time (UUIDv4).
func NewUnordered(ctx context.Context) ID {
	if s, ok := ctx.Value(key{}).(*names); ok {
		return s.next()
	}
	return uuid.New()
}
