package authn

import (
	"context"
	"net/netip"
)

// Attempt is what the edge tells of a request that tries to sign in.
type Attempt struct {
	// Source is the network the request came from. It is kept as a keyed hash
	// alone, to slow down whoever tries passwords (T-30).
	Source string
	// Address is where it came from, for the networks of a machine client; it is
	// compared and not kept.
	Address netip.Addr
	// Agent is what the program calls itself, for the list of sessions.
	Agent string
	// ClientID and ClientSecret are a machine client's, by HTTP Basic.
	ClientID, ClientSecret string
}

type attemptKey struct{}

// WithAttempt hands the attempt on to package identity.
func WithAttempt(ctx context.Context, a Attempt) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// AttemptOf reads the attempt of the request; commands have none.
func AttemptOf(ctx context.Context) Attempt {
	a, _ := ctx.Value(attemptKey{}).(Attempt)
	return a
}
