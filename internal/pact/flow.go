package pact

import "github.com/netral-asn/netral/internal/platform/authz"

// move is one line of a state machine: in From, whoever holds Needs may take
// Step, which leads to To.
type move[S ~string] struct {
	From  S
	Step  string
	To    S
	Needs authz.Permission
}

// next tells where a step leads, and whether the state allows it.
func next[S ~string](flow []move[S], from S, step string) (S, bool) {
	for _, m := range flow {
		if m.From == from && m.Step == step {
			return m.To, true
		}
	}
	return from, false
}

// steps lists what the caller may do in a state.
func steps[S ~string](flow []move[S], from S, may func(authz.Permission) bool) []string {
	out := []string{}
	for _, m := range flow {
		if m.From == from && may(m.Needs) {
			out = append(out, m.Step)
		}
	}
	return out
}
